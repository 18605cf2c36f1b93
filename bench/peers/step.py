"""What a training step, or an evaluation, costs in PyTorch: the same network, weights, images and
update as Kitbag's, written as its users write it. Started by `kitbag bench step --peers`."""

import contextlib
import os
import platform
import time

import protocol

# One process does everything: its peak memory is all there is. Read when torch is imported.
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")

import timm
import torch
import torchvision
from torch.nn import functional

import networks
import numerics
import tensors

TYPES = {"BF16": torch.bfloat16, "FP16": torch.float16, "FP32": torch.float32, "TF32": torch.float32}


def measure(question):
    spec, settings = question["spec"], question["settings"]
    torch.set_num_threads(settings["threads"])
    torch.backends.cudnn.benchmark = settings["autotune"]
    device = torch.device(settings["device"].replace("gpu", "cuda"))
    kind = TYPES[spec["precision"]]
    require(spec["precision"], device)
    memory_format = (
        torch.channels_last if spec["layout"] == "CHANNELS_LAST" else torch.contiguous_format
    )
    net, images, labels = load(question, device, memory_format)
    net.train(settings["task"] == "TRAIN")
    eager = spec["execution"] == "TORCH"
    run = net if eager else torch.compile(net)
    reduced = kind != torch.float32
    autocast = torch.autocast(device.type, kind) if reduced else contextlib.nullcontext()
    if settings["task"] == "TRAIN":
        step = training(run, images, labels, autocast, question, device)
    else:
        step = evaluation(run, images, labels, autocast, eager)
    return {
        "measurement": {
            **timed(step, settings, device),
            "numerics": numerics.problem(net, kind, memory_format, device),
            "engine": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__},"
            f" timm {timm.__version__}, Python {platform.python_version()}",
        }
    }


def require(precision, device):
    if device.type == "cpu" and precision in ("FP16", "TF32"):
        raise ValueError(f"PyTorch has {precision.lower()} autocast on GPUs only")
    for backend in (torch.backends.cuda.matmul, torch.backends.cudnn):
        backend.allow_tf32 = precision == "TF32"


def load(question, device, memory_format):
    spec = question["spec"]
    net = networks.build(spec["model"], spec["classes"])
    batch = tensors.load(net, question["tensors"])
    pixels, labels = batch.pop("images"), batch.pop("labels")
    if batch:
        raise ValueError(f"{spec['model']} has no {sorted(batch)[:4]} ...")
    mean, std = (torch.tensor(question[key]).reshape(3, 1, 1) for key in ("mean", "std"))
    # Normalised and on the device before the clock starts, as a loader would hand them over.
    images = ((pixels - mean) / std).to(device, memory_format=memory_format)
    return net.to(device, memory_format=memory_format), images, labels.to(device)


def training(net, images, labels, autocast, question, device):
    """Forward, loss, backward, update: returns the loss and the times at which each was done."""
    parameters = list(net.parameters())
    nesterov = question["settings"]["optimizer"] == "KITBAG"
    groups = [
        # Kitbag's groups: weights of convolutions and linear layers decay, the rest does not.
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": question["weightDecay"]},
        {
            "params": [p for p in parameters if p.dim() <= 1],
            "weight_decay": 0.0 if nesterov else question["weightDecay"],
        },
    ]
    optimizer = torch.optim.SGD(
        groups,
        lr=question["learningRate"],
        momentum=question["momentum"],
        nesterov=nesterov,
        foreach=True,
    )
    updates = question["settings"]["optimizer"] != "NONE"
    scaler = torch.cuda.amp.GradScaler(enabled=question["spec"]["precision"] == "FP16")

    def step():
        with autocast:
            outputs = net(images)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        losses = [functional.cross_entropy(logits.float(), labels) for logits in outputs]
        value = losses[0].item()
        loss_known = time.perf_counter()
        scaler.scale(sum(losses)).backward()
        wait(device)
        gradients_known = time.perf_counter()
        if updates:
            scaler.step(optimizer)
            scaler.update()
        optimizer.zero_grad(set_to_none=True)
        wait(device)
        return value, loss_known, gradients_known

    return step


def evaluation(net, images, labels, autocast, eager):
    """Logits with running statistics; the loss, which the clock does not see, is the check."""
    # What torch.compile makes does not run in inference mode everywhere.
    no_gradients = torch.inference_mode if eager else torch.no_grad

    def step():
        with no_gradients(), autocast:
            logits = net(images)
        logits = logits.float().cpu()
        known = time.perf_counter()
        loss = functional.cross_entropy(logits.double(), labels.cpu()).item()
        return loss, known, known

    return step


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def timed(step, settings, device):
    samples, losses = [], []
    for number in range(settings["warmup"] + settings["steps"]):
        if number == settings["warmup"]:
            cpu_before = time.process_time()
        start = time.perf_counter()
        loss, loss_known, gradients_known = step()
        end = gradients_known if settings["task"] == "EVAL" else time.perf_counter()
        losses.append(loss)
        if number >= settings["warmup"]:
            samples.append(
                {
                    "forwardMs": 1e3 * (loss_known - start),
                    "backwardMs": 1e3 * (gradients_known - loss_known),
                    "optimizerMs": 1e3 * (end - gradients_known),
                }
            )
    cpu_ms = 1e3 * (time.process_time() - cpu_before) / settings["steps"]
    # Before the profile and the check of the numbers, which need memory too.
    peak = protocol.peak_memory_kib()
    return {
        "samples": samples,
        "cpuMs": cpu_ms,
        "loss": losses[0],
        "nextLoss": losses[1],
        "peakMemoryKiB": peak,
        "operators": operators(step) if device.type == "cpu" else {},
    }


def operators(step):
    """Time in PyTorch's operators, without those that they call, from the last of three steps.

    What the profiler notes lies among the step's tensors, which first takes fresh pages from the system.
    """
    for _ in range(3):
        with torch.autograd.profiler.profile() as profile:
            step()
    return {e.key: e.self_cpu_time_total / 1e3 for e in profile.key_averages()}


if __name__ == "__main__":
    protocol.serve(measure)

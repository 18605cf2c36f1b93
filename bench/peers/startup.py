"""How long PyTorch takes from the start of the process to its first step. Started by `kitbag bench
startup --peers`."""

import os
import platform
import time

BEGAN = time.time()

import protocol

STARTED = float(os.environ["KITBAG_STARTED_AT"])


def measure(question):
    phases = {"RUNTIME": 1e3 * (BEGAN - STARTED)}
    before = BEGAN

    def done(phase):
        nonlocal before
        now = time.time()
        phases[phase] = 1e3 * (now - before)
        before = now

    import torch
    from torch.nn import functional

    import networks

    torch.set_num_threads(question["threads"])
    done("ENGINE")

    training = question["task"] == "TRAIN"
    channels_last = question["layout"] == "CHANNELS_LAST"
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    net = networks.build(question["model"], question["classes"])
    net = net.train(training).to(memory_format=memory_format)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, nesterov=True, foreach=True)
    size = question["imageSize"]
    images = torch.randn(question["batch"], 3, size, size).to(memory_format=memory_format)
    labels = torch.randint(question["classes"], (question["batch"],))
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=question["precision"] == "BF16")
    done("NETWORK")

    def step():
        with torch.set_grad_enabled(training), autocast:
            outputs = net(images)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        if training:
            sum(functional.cross_entropy(logits.float(), labels) for logits in outputs).backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        else:
            outputs[0].float().numpy()

    step()
    done("FIRST")
    step()
    done("SECOND")
    return {
        "measurement": {
            "phasesMs": phases,
            "peakMemoryKiB": protocol.peak_memory_kib(),
            "engine": f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        }
    }


if __name__ == "__main__":
    protocol.serve(measure)

"""Writes the reference values of the models tests: run it from the repository's root.

    python models/src/test/python/reference.py

Needs torch, timm, torchvision, numpy and safetensors. The versions used are stored with the values.
"""

import hashlib
import re
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import timm
import torch
import torchvision
from torch import nn

import originals

OUT = Path("models/src/test/resources/io/kitbag/models")
VERSIONS = {
    "torch": torch.__version__,
    "timm": timm.__version__,
    "torchvision": torchvision.__version__,
    "safetensors": safetensors.__version__,
}
IMAGE_KEY, LOSS_KEY, PROJECTION_KEYS = 5000, 6000, (10000, 20000)


# --- numbers that both sides can compute ---


def uniform(key, shape):
    """Uniform on [-1, 1): the mixing function of SplitMix64 over key * 2^32 + index."""
    with np.errstate(over="ignore"):
        z = (np.uint64(key) << np.uint64(32)) + np.arange(np.prod(shape), dtype=np.uint64)
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (2 * ((z >> np.uint64(11)).astype(np.float64) * 2.0**-53) - 1).reshape(shape)


def value(key, name, tensor):
    """At a scale of 1 at the end of every bottleneck a deep network would amplify rounding so much
    that no two orders of summation agree; trained networks do not."""
    u = uniform(key, tuple(tensor.shape))
    if tensor.dim() > 1:
        u = u * np.sqrt(6.0 / np.prod(tensor.shape[1:]))
    elif name.endswith("running_var"):
        u = 1 + 0.5 * u
    elif re.fullmatch(r"layer\d\.\d+\.bn3\.weight", name):
        u = 0.2 + 0.04 * u
    elif name.endswith("weight"):
        u = 1 + 0.2 * u
    else:
        u = 0.1 * u
    return torch.from_numpy(u.astype(np.float32))


def state(net):
    return {n: t for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}


# --- files ---


def multiply_adds(net, size):
    """Of convolutions and linear layers, for one image in inference."""
    total = []

    def count(layer, _, output):
        if isinstance(layer, nn.Linear):
            total.append(layer.in_features * output.numel())
        else:
            total.append(layer.weight[0].numel() * output.numel())

    hooks = [
        m.register_forward_hook(count) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))
    ]
    with torch.no_grad():
        net.eval()(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    return sum(total)


def classes_of(name):
    return 10 if name.startswith("cifar_") else 1000


def write_names():
    in_full = {f"resnet{d}_v1{v}" for d in (18, 50) for v in "bcd"}
    in_full |= {"se_resnet18_v1b", "mobilenet1.0", "mobilenet_v2", "mobilenet_v3_small"}
    in_full |= {"mobilenetv3_small_100", "inception_v3"}
    lines = []
    for name in originals.NAMES:
        net = originals.build(name, classes_of(name))
        tensors = [f"{n} {list(t.shape)}" for n, t in state(net).items()]
        digest = hashlib.sha256("\n".join(tensors).encode()).hexdigest()
        parameters = sum(p.numel() for p in net.parameters())
        macs = multiply_adds(net, originals.image_size(name))
        lines.append(f"{name} {parameters} {len(tensors)} {digest} {macs}")
        if name in in_full:
            (OUT / f"names-{name}.txt").write_text("\n".join(tensors) + "\n")
    twin = state(timm.create_model("mobilenetv2_100"))
    lines_of_twin = [f"{n} {list(t.shape)}" for n, t in twin.items()]
    (OUT / "names-mobilenetv2_100.txt").write_text("\n".join(lines_of_twin) + "\n")
    header = "# " + " ".join(f"{k} {v}" for k, v in VERSIONS.items() if k != "safetensors")
    (OUT / "names.txt").write_text("\n".join([header, *lines]) + "\n")


KINKED = ("relu", "relu6", "hardtanh", "hardswish", "hardsigmoid", "max_pool2d")


@contextmanager
def instead(**functions):
    """Other functions in the place of torch.nn.functional's."""
    saved = {name: getattr(nn.functional, name) for name in functions}
    for name, function in functions.items():
        setattr(nn.functional, name, function)
    try:
        yield
    finally:
        for name, function in saved.items():
            setattr(nn.functional, name, function)


def smoothed():
    """Functions without kinks for those that have them; ReferenceParityTest does the same."""
    return instead(
        relu=lambda v, inplace=False: nn.functional.silu(v),
        relu6=lambda v, inplace=False: nn.functional.silu(v),
        hardtanh=lambda v, *args, **kwargs: nn.functional.silu(v),
        hardswish=lambda v, inplace=False: nn.functional.silu(v),
        hardsigmoid=lambda v, inplace=False: torch.sigmoid(v),
        max_pool2d=lambda v, kernel_size, stride=None, *args, **kwargs: nn.functional.avg_pool2d(
            v, kernel_size, stride
        ),
    )


def distance_from_kinks(net, x):
    """How near any activation function comes to a point where its derivative jumps, or the
    largest of any max-pool's window to the second largest: rounding below that changes nothing."""
    smallest = []
    saved = {name: getattr(nn.functional, name) for name in KINKED}
    kinks = {
        "relu": lambda v: v.abs(),
        "hardtanh": lambda v: torch.minimum(v.abs(), (v - 6).abs()),
        "hardswish": lambda v: (v.abs() - 3).abs(),
        "hardsigmoid": lambda v: (v.abs() - 3).abs(),
    }

    def recording(name):
        def function(value, *args, **kwargs):
            smallest.append(kinks[name](value).min().item())
            return saved[name](value, *args, **kwargs)

        return function

    def pool(value, kernel_size, stride=None, padding=0, *args, **kwargs):
        padded = nn.functional.pad(value, [padding] * 4, value=-torch.inf)
        windows = nn.functional.unfold(padded, kernel_size, stride=stride)
        top = windows.reshape(*value.shape[:2], kernel_size**2, -1).topk(2, dim=2).values
        gap = top[:, :, 0] - top[:, :, 1]
        # Equal values are zeros that a ReLU has made: their gradients end there.
        smallest.append(gap[gap > 0].min().item())
        return saved["max_pool2d"](value, kernel_size, stride, padding, *args, **kwargs)

    def relu6(value, inplace=False):
        return nn.functional.hardtanh(value, 0.0, 6.0)

    with torch.no_grad(), instead(**{n: recording(n) for n in kinks}, relu6=relu6, max_pool2d=pool):
        net(x)
    return min(smallest)


def measure(net, start, x, training):
    """Logits, gradients of a random linear function of them, and the running statistics."""
    net.load_state_dict(start, strict=False)
    net.train(training)
    outputs = net(x)
    logits, *auxiliary = outputs if isinstance(outputs, tuple) else (outputs,)
    weights = torch.from_numpy(uniform(LOSS_KEY, tuple(logits.shape))).to(x.dtype)
    net.zero_grad()
    sum((output * weights).sum() for output in (logits, *auxiliary)).backward()
    grads = {n: p.grad for n, p in net.named_parameters()}
    norms, projections = [], []
    for k, (n, t) in enumerate(state(net).items()):
        t = grads.get(n, t)
        t = torch.zeros(1) if t is None else t  # an auxiliary head in inference
        t = t.double().numpy()
        norms.append(np.linalg.norm(t))
        projections.append([np.sum(t * uniform(p + k, t.shape)) for p in PROJECTION_KEYS])
    return {
        "logits": logits.detach().double().numpy(),
        "norms": np.array(norms),
        "projections": np.array(projections),
        "first_gradient": next(iter(grads.values())).float().numpy().copy(),
    }


def image_far_from_kinks(net, start, shape, training, tries):
    """The key of an image: a value whose sign rounding can flip changes gradients by far more than
    rounding does."""
    net.double().train(training)
    distances = {}
    for key in range(IMAGE_KEY, IMAGE_KEY + tries):
        net.load_state_dict(start, strict=False)
        x = torch.from_numpy(uniform(key, shape).astype(np.float32))
        distances[distance_from_kinks(net, x.double())] = key
    distance = max(distances)
    return distances[distance], distance


def write_parity(name, height, width, modes="eval train", file=None, batch=2, tries=200, **options):
    """Values in float64 for float32 starting values and images.

    "train" and "eval" choose an image far from all kinks and store its gradients; where that is
    hopeless "forward" stores a training pass whose gradients mean nothing, and "smooth" one of the
    network with smooth functions instead.
    """
    net = originals.build(name, 10, **options)
    start = {n: value(k, n, t) for k, (n, t) in enumerate(state(net).items())}
    shape = (batch, 3, height, width)
    for mode in modes.split():
        training = mode != "eval"
        image_key, distance = IMAGE_KEY, 0
        if mode in ("train", "eval"):
            image_key, distance = image_far_from_kinks(net, start, shape, training, tries)
        x = torch.from_numpy(uniform(image_key, shape).astype(np.float32))
        with smoothed() if mode == "smooth" else nullcontext():
            result = measure(net.double(), start, x.double(), training)
            single = measure(net.float(), start, x.float(), training)
        errors = compare(single, result, net)
        print(f"{file or name} {height}x{width} {mode}, {distance:.0e} from kinks; torch's own"
              f" float32 errors: {errors}", flush=True)
        if mode == "forward":
            del result["first_gradient"]
        safetensors.numpy.save_file(
            {k: np.ascontiguousarray(v) for k, v in result.items()},
            OUT / f"parity-{file or name}-{height}x{width}-{mode}.safetensors",
            VERSIONS | {"image_key": str(image_key), "batch": str(batch)},
        )


def compare(single, result, net):
    """Errors of torch's float32, measured as ReferenceParityTest does."""
    logits = abs(single["logits"] - result["logits"]).max() / abs(result["logits"]).max()
    norms = result["norms"]
    trained = np.array([n in dict(net.named_parameters()) for n in state(net)])
    floor = 1e-3 * norms[trained].max()
    projections = abs(single["projections"] - result["projections"]).max(1)
    relative = projections / np.maximum(norms, floor)
    return (f"logits {logits:.1e}, gradients {relative[trained].max():.1e},"
            f" statistics {relative[~trained].max(initial=0):.1e}")


def write_sample():
    """Every element type that numpy shares with safetensors, and awkward shapes."""
    kinds = ["bool", "u1", "i1", "u2", "i2", "f2", "u4", "i4", "f4", "u8", "i8", "f8"]
    tensors = {f"type.{k}": np.arange(6).reshape(2, 3).astype(k) for k in kinds}
    tensors |= {"scalar": np.float32(3.5), "empty": np.zeros((0, 4), np.float32)}
    tensors |= {"naïve \"name\"\n": np.ones(1, np.float32)}
    safetensors.numpy.save_file(
        {k: np.asarray(v) for k, v in tensors.items()},
        OUT / "weights" / "python.safetensors",
        {"note": "größer", "safetensors": safetensors.__version__},
    )


def write_all():
    (OUT / "weights").mkdir(parents=True, exist_ok=True)
    write_names()
    write_sample()
    write_parity("resnet18_v1d", 33, 35)
    write_parity("resnet50_v1", 65, 33, "eval")
    write_parity("resnet50_v1c", 33, 48, "eval")
    write_parity("resnet50_v1d", 35, 33)
    for size in (29, 32):
        write_parity("cifar_resnet20", size, size)
        write_parity("cifar_resnet20d", size, size)
    write_parity("cifar_resnet8d_w2", 31, 17, "train")
    write_parity("cifar_wideresnet10_2", 19, 21)
    write_parity("resnet18_v1e", 33, 35, "eval")
    write_parity("se_resnet18_v1b", 33, 35)
    write_parity("resnet50_v1b_gn", 33, 35, "train")
    write_parity("resnext50_32x4d", 33, 35, "eval")
    write_parity("wide_resnet50_2", 33, 35, "eval")
    write_parity("resnet18_v1d", 33, 35, file="blur_resnet18_v1d", blur=True)
    write_parity("resnet50_v1b", 33, 35, "eval", file="blur_resnet50_v1b", blur=True)
    write_parity("mobilenet0.25", 49, 65)
    write_parity("mobilenet_v2_0.25", 49, 65)
    write_parity("mobilenet_v3_large", 49, 65)
    write_parity("mobilenet_v3_small", 49, 65)
    write_parity("mobilenetv3_small_100", 49, 65)
    write_parity("inception_v3", 75, 75, "eval", batch=1, tries=1000, aux_logits=False)
    write_parity("inception_v3", 299, 299, "forward smooth", aux_logits=True)


if __name__ == "__main__":
    write_all()

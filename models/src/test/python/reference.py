"""Writes the reference values of the models tests: run it from the repository's root.

    python models/src/test/python/reference.py

Needs torch, timm, torchvision, numpy and safetensors. The versions used are stored with the values.
"""

import hashlib
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import timm
import timm.models.resnet
import torch
import torchvision
from torch import nn

OUT = Path("models/src/test/resources/io/kitbag/models")
VERSIONS = {
    "torch": torch.__version__,
    "timm": timm.__version__,
    "torchvision": torchvision.__version__,
    "safetensors": safetensors.__version__,
}
IMAGE_KEY, IMAGE_TRIES, LOSS_KEY, PROJECTION_KEYS = 5000, 20, 6000, (10000, 20000)


# --- networks, built by others' code ---


def with_stride_on_first(net):
    """ResNet v1: the stride of a bottleneck moves from the 3x3 back to the first 1x1."""
    for layer in (net.layer2, net.layer3, net.layer4):
        layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    return net


def deep_stem(depth, classes):
    """timm has resnet50c and up under a name; 18 and 34 by the same constructor."""
    blocks = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3]}[depth]
    return timm.models.resnet.ResNet(
        timm.models.resnet.BasicBlock, blocks, num_classes=classes, stem_width=32, stem_type="deep"
    )


def resnet(name, classes=1000):
    depth, variant = int(name[6:].split("_v1")[0]), name.split("_v1")[1]
    if variant == "":
        net = getattr(torchvision.models, f"resnet{depth}")(num_classes=classes)
        return net if depth < 50 else with_stride_on_first(net)
    if variant == "b":
        return getattr(torchvision.models, f"resnet{depth}")(num_classes=classes)
    if variant == "c" and depth < 50:
        return deep_stem(depth, classes)
    return timm.create_model(f"resnet{depth}{variant}", num_classes=classes)


class CifarResNet(nn.Module):
    """Three stages of torchvision's basic blocks."""

    def __init__(self, depth, avg_down, widen, classes=10):
        super().__init__()
        channels = 16 * widen
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        for stage in range(3):
            out, blocks = (16 * widen) << stage, []
            for i in range((depth - 2) // 6):
                stride = 2 if i == 0 and stage > 0 else 1
                shortcut = None
                if stride > 1:
                    pool = [nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False)]
                    conv = nn.Conv2d(channels, out, 1, 1 if avg_down else stride, bias=False)
                    shortcut = nn.Sequential(*(pool if avg_down else []), conv, nn.BatchNorm2d(out))
                blocks.append(
                    torchvision.models.resnet.BasicBlock(channels, out, stride, shortcut)
                )
                channels = out
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = nn.functional.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


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
    u = uniform(key, tuple(tensor.shape))
    if tensor.dim() > 1:
        u = u * np.sqrt(6.0 / np.prod(tensor.shape[1:]))
    elif name.endswith("running_var"):
        u = 1 + 0.5 * u
    elif name.endswith("weight"):
        u = 1 + 0.2 * u
    else:
        u = 0.1 * u
    return torch.from_numpy(u.astype(np.float32))


def state(net):
    return {n: t for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}


# --- files ---


def write_names():
    every = [f"resnet{d}_v1{v}" for d in (18, 34, 50, 101, 152) for v in ("", "b", "c", "d")]
    in_full = {f"resnet{d}_v1{v}" for d in (18, 50) for v in "bcd"}
    digests = []
    for name in every:
        net = resnet(name)
        lines = [f"{n} {list(t.shape)}" for n, t in state(net).items()]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        parameters = sum(p.numel() for p in net.parameters())
        digests.append(f"{name} {parameters} {len(lines)} {digest}")
        if name in in_full:
            (OUT / f"names-{name}.txt").write_text("\n".join(lines) + "\n")
    header = "# " + " ".join(f"{k} {v}" for k, v in VERSIONS.items() if k != "safetensors")
    (OUT / "names.txt").write_text("\n".join([header, *digests]) + "\n")


def distance_from_kinks(net, x):
    """The smallest absolute value that any ReLU sees: rounding below it flips none."""
    smallest, relu = [], nn.functional.relu

    def recording(value, inplace=False):
        smallest.append(value.abs().min().item())
        return relu(value, inplace)

    nn.functional.relu = recording
    try:
        with torch.no_grad():
            net(x)
    finally:
        nn.functional.relu = relu
    return min(smallest)


def measure(net, start, x, training):
    """Logits, gradients of a random linear function of them, and the running statistics."""
    net.load_state_dict(start, strict=False)
    net.train(training)
    logits = net(x)
    weights = torch.from_numpy(uniform(LOSS_KEY, tuple(logits.shape))).to(x.dtype)
    net.zero_grad()
    (logits * weights).sum().backward()
    grads = {n: p.grad for n, p in net.named_parameters()}
    norms, projections = [], []
    for k, (n, t) in enumerate(state(net).items()):
        t = grads.get(n, t).double().numpy()
        norms.append(np.linalg.norm(t))
        projections.append([np.sum(t * uniform(p + k, t.shape)) for p in PROJECTION_KEYS])
    mode = "train" if training else "eval"
    return {
        f"{mode}.logits": logits.detach().double().numpy(),
        f"{mode}.norms": np.array(norms),
        f"{mode}.projections": np.array(projections),
        f"{mode}.first_gradient": next(iter(grads.values())).float().numpy().copy(),
    }


def write_parity(name, net, height, width, batch=2):
    """Values in float64 for float32 starting values and images.

    The images are those of IMAGE_TRIES that keep all ReLUs farthest from their kink: a value whose
    sign rounding can flip changes gradients by far more than rounding does.
    """
    start = {n: value(k, n, t) for k, (n, t) in enumerate(state(net).items())}
    net.double().train()
    images = {}
    for key in range(IMAGE_KEY, IMAGE_KEY + IMAGE_TRIES):
        net.load_state_dict(start, strict=False)
        x = torch.from_numpy(uniform(key, (batch, 3, height, width)).astype(np.float32))
        images[distance_from_kinks(net, x.double())] = (key, x)
    distance, (image_key, x) = max(images.items())
    result, single = {}, {}
    for training in (False, True):
        result |= measure(net.double(), start, x.double(), training)
        single |= measure(net.float(), start, x.float(), training)
    print(f"{name} {height}x{width}, {distance:.0e} from kinks; torch's own float32 errors:")
    for mode in ("eval", "train"):
        logits = result[f"{mode}.logits"]
        error = abs(single[f"{mode}.logits"] - logits).max() / abs(logits).max()
        projections = abs(single[f"{mode}.projections"] - result[f"{mode}.projections"]).max(1)
        gradient = (projections / result[f"{mode}.norms"]).max()
        print(f"  {mode}: logits {error:.1e}, gradients and statistics {gradient:.1e}")
    safetensors.numpy.save_file(
        {k: np.ascontiguousarray(v) for k, v in result.items()},
        OUT / f"parity-{name}-{height}x{width}.safetensors",
        VERSIONS | {"image_key": str(image_key)},
    )


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


if __name__ == "__main__":
    (OUT / "weights").mkdir(parents=True, exist_ok=True)
    write_names()
    write_sample()
    write_parity("resnet18_v1d", resnet("resnet18_v1d", 10), 33, 35)
    write_parity("resnet50_v1", resnet("resnet50_v1", 10), 65, 33)
    write_parity("resnet50_v1c", resnet("resnet50_v1c", 10), 33, 48)
    write_parity("resnet50_v1d", resnet("resnet50_v1d", 10), 35, 33)
    for size in (29, 32):
        write_parity("cifar_resnet20", CifarResNet(20, False, 1), size, size)
        write_parity("cifar_resnet20d", CifarResNet(20, True, 1), size, size)
    write_parity("cifar_resnet8d_w2", CifarResNet(8, True, 2), 31, 17)

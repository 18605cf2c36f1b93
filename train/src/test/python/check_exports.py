"""Takes state dicts of torchvision and timm through the program and compares logits.

    python train/src/test/python/check_exports.py [FOLDER]

Run it from the repository's root after ./kitbag was built. For every network: torch.save of the
state dict with random weights and statistics, kitbag import, export as TorchScript (plain and folded)
and as ONNX, torch.jit.load and, if it is installed, onnxruntime. The largest difference to the
library's own module, relative to its largest logit, is printed and must be below 1e-4.
Needs torch, torchvision and timm.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import timm
import torch
import torchvision

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

# Kitbag's name, the module, the size of an image.
NETWORKS = [
    ("resnet18_v1b", lambda: torchvision.models.resnet18(), 97),
    ("resnet50_v1b", lambda: torchvision.models.resnet50(), 96),
    ("resnet50_v1d", lambda: timm.create_model("resnet50d"), 97),
    ("resnet50_v1c", lambda: timm.create_model("resnet50c"), 64),
    ("mobilenet_v2", lambda: torchvision.models.mobilenet_v2(), 96),
    ("mobilenet_v2", lambda: timm.create_model("mobilenetv2_100"), 96),
    ("mobilenet_v3_large", lambda: torchvision.models.mobilenet_v3_large(), 96),
    ("mobilenet1.0", lambda: timm.create_model("mobilenetv1_100"), 96),
    ("inception_v3", lambda: torchvision.models.inception_v3(init_weights=False), 299),
]


def randomize(net):
    """Weights that neither vanish nor explode, and statistics that are not 0 and 1."""
    torch.manual_seed(0)
    for name, value in net.state_dict().items():
        if name.endswith("running_mean"):
            value.normal_(0, 0.1)
        elif name.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif value.dim() > 1:
            torch.nn.init.kaiming_normal_(value)
        elif name.endswith("weight"):
            value.uniform_(0.8, 1.2)
        elif value.is_floating_point():
            value.normal_(0, 0.1)
    return net.eval()


def kitbag(*arguments):
    subprocess.run(["./kitbag", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def difference(actual, expected):
    return float((actual - expected).abs().max() / expected.abs().max())


@torch.no_grad()
def check(name, net, size, folder):
    state = folder / "net.pth"
    torch.save(net.state_dict(), state)
    images = torch.randn(2, 3, size, size)
    expected = net(images)
    weights = folder / "net.safetensors"
    kitbag("import", state, "--model", name, "--out", weights)
    results = {}
    for fold in ([], ["--fold"]):
        out = folder / "net.pt"
        common = [weights, "--model", name, "--input", "normalized", *fold]
        kitbag("export", *common, "--format", "torchscript", "--out", out)
        results["torchscript" + "".join(fold)] = difference(torch.jit.load(out)(images), expected)
        if onnxruntime:
            onnx = folder / "net.onnx"
            kitbag("export", *common, "--format", "onnx", "--image-size", size, "--out", onnx)
            session = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
            logits = session.run(["logits"], {"images": images.numpy()})[0]
            results["onnx" + "".join(fold)] = difference(torch.from_numpy(logits), expected)
    print(name, type(net).__name__, *(f"{kind} {value:.1e}" for kind, value in results.items()))
    return max(results.values())


def main():
    worst = 0
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        for name, make, size in NETWORKS:
            worst = max(worst, check(name, randomize(make()), size, Path(folder)))
    print("torch", torch.__version__, "torchvision", torchvision.__version__, "timm", timm.__version__)
    print("onnxruntime", onnxruntime.__version__ if onnxruntime else "not installed")
    sys.exit(0 if worst < 1e-4 else f"largest difference {worst}")


if __name__ == "__main__":
    main()

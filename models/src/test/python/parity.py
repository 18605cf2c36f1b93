"""Compares the logits of every network of the zoo with torchvision's and timm's: run it from the
repository's root, with the class path of the models tests.

    python models/src/test/python/parity.py CLASSPATH [NAME ...]

Each network is built by the library's own code with random weights, batch norm statistics, scales
and shifts. Its state dict is saved as that library's files are (torchvision: torch.save; timm:
safetensors, sorted by name), read by ZooParity as any user's file, and both compute one image.
Networks that both libraries have are compared with either. Ends with 1 if a largest difference,
relative to the largest logit, is above 1e-4.

Only float32 decides: deep networks of random weights amplify rounding so much that torch's own
float32 and float64 differ; the last column is torch's own difference.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch

import originals
from reference import IMAGE_KEY, VERSIONS, classes_of, state, uniform, value

BOUND = 1e-4


def relative_error(logits, expected):
    return np.abs(logits - expected).max() / np.abs(expected).max()


class Kitbag:
    """The Java side, one process for all networks."""

    def __init__(self, class_path, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            ["java", "-Xmx3g", "-Dai.djl.offline=true", "-cp", class_path, "io.kitbag.models.ZooParity"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def logits(self, name, auxiliary, classes, size, weights):
        out = self.folder / "logits.safetensors"
        words = [name, str(auxiliary).lower(), classes, size, IMAGE_KEY, weights, out]
        print(*words, sep="\t", file=self.process.stdin, flush=True)
        if self.process.stdout.readline().strip() != name:
            raise SystemExit(f"{name}: the Java side failed; see its message above")
        return safetensors.numpy.load_file(out)["logits"]


def save(net, library, folder):
    if library == "timm":
        file = folder / "weights.safetensors"
        safetensors.torch.save_file(dict(net.state_dict()), file)
    else:
        file = folder / "weights.pth"
        torch.save(net.state_dict(), file)
    return file


def main(class_path, names):
    print(" ".join(f"{k} {v}" for k, v in VERSIONS.items()))
    worst, equal, count = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        kitbag = Kitbag(class_path, Path(folder))
        for name, library, build in originals.all_of_both_libraries():
            if names and name not in names:
                continue
            classes, size = classes_of(name), originals.image_size(name)
            net = build(classes).eval()
            values = {n: value(k, n, t) for k, (n, t) in enumerate(state(net).items())}
            net.load_state_dict(values, strict=False)
            image = torch.from_numpy(uniform(IMAGE_KEY, (1, 3, size, size)).astype(np.float32))
            single = net(image).numpy()
            auxiliary = any(n.startswith("AuxLogits") for n in values)
            ours = kitbag.logits(name, auxiliary, classes, size, save(net, library, Path(folder)))
            double = net.double()(image.double()).numpy()
            error = relative_error(ours, single)
            print(f"{name:24s} {library:12s} {error:.1e} of float32, {relative_error(ours, double):.1e}"
                  f" of float64 (torch {relative_error(single, double):.1e})", flush=True)
            worst, equal, count = max(worst, error), equal + (error == 0), count + 1
    print(f"{count} comparisons, {equal} equal to the last bit, largest relative error {worst:.1e}")
    return 0 if worst <= BOUND else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))

"""Writes the small files of torch.save for WeightsFileTest: run it from the repository's root.

    python models/src/test/python/torch_files.py

Needs torch, numpy and safetensors. What each file holds is in expected.safetensors, widened to
float64 or int64, with the versions.
"""

import argparse
import collections
import os
from pathlib import Path

import safetensors
import safetensors.numpy
import torch

OUT = Path("models/src/test/resources/io/kitbag/models/weights/torch")


def tensors():
    base = torch.arange(24, dtype=torch.float32) / 4
    torch.manual_seed(1)
    every = collections.OrderedDict(
        [
            ("conv.weight", torch.randn(4, 3, 3, 3)),
            ("scalar", torch.tensor(3.5)),
            ("empty", torch.zeros(0, 4)),
            ("row", base[6:12].view(2, 3)),
            ("transposed", base.view(4, 6).t()),
            ("strided", base.view(2, 3, 4)[:, ::2, 1:3]),
            ("channels_last", torch.randn(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)),
            ("parameter", torch.nn.Parameter(torch.randn(5))),
            ("half", torch.tensor([0.0, -1.5, 65504.0, 2.0**-24, -(2.0**-14), 1e6]).half()),
            ("bfloat16", torch.tensor([1.0, -3.140625, 1e38]).bfloat16()),
            ("double", torch.randn(3, dtype=torch.float64)),
        ]
    )
    for kind in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool):
        every[str(kind)] = torch.tensor([0, 1, 100]).to(kind)
    every["bn.num_batches_tracked"] = torch.tensor(7)
    return every


class Evil:
    def __reduce__(self):
        return os.system, ("touch kitbag-was-here",)


def network():
    net = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 1), torch.nn.BatchNorm2d(3))
    torch.manual_seed(2)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter)
    return net


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    every, net = tensors(), network()
    torch.save(every, OUT / "zip.pt")
    torch.save(every, OUT / "protocol4.pt", pickle_protocol=4)
    torch.save(every, OUT / "legacy.pth", _use_new_zipfile_serialization=False)
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    net(torch.ones(2, 2, 1, 1)).sum().backward()
    optimizer.step()
    wrapped = {"epoch": 3, "optimizer": optimizer.state_dict(), "lr": 0.5, "done": None}
    wrapped["state_dict"] = collections.OrderedDict(
        ("module." + name, value) for name, value in net.state_dict().items()
    )
    torch.save(wrapped, OUT / "wrapped.pth.tar")
    torch.save(wrapped, OUT / "wrapped-legacy.pth.tar", _use_new_zipfile_serialization=False)
    torch.save({"model": net.state_dict(), "args": argparse.Namespace(lr=1)}, OUT / "args.pt")
    torch.save({"weight": torch.ones(1), "x": Evil()}, OUT / "evil.pt")
    torch.save(
        {"weight": torch.ones(1), "x": Evil()},
        OUT / "evil-legacy.pt",
        _use_new_zipfile_serialization=False,
    )
    torch.save(net, OUT / "module.pt")
    torch.jit.script(net).save(OUT / "script.pt")
    torch.save({"epoch": 3}, OUT / "number.pt")
    torch.save([torch.ones(1)], OUT / "list.pt")
    torch.save({"z": torch.ones(2, dtype=torch.complex64)}, OUT / "complex.pt")
    torch.save({"x": torch.ones(1).expand(1 << 20)}, OUT / "expanded.pt")

    expected = {f"every.{name}": value for name, value in every.items()}
    expected |= {f"net.{name}": value for name, value in net.state_dict().items()}
    safetensors.numpy.save_file(
        {
            name: (value.double() if value.is_floating_point() else value.long())
            .detach()
            .contiguous()
            .numpy()
            for name, value in expected.items()
        },
        OUT / "expected.safetensors",
        {"torch": torch.__version__, "safetensors": safetensors.__version__},
    )


if __name__ == "__main__":
    main()

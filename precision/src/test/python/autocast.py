"""Writes on which list of PyTorch's CUDA autocast each operation stands that a network here can have: run it
from the repository's root.

    python precision/src/test/python/autocast.py

Needs torch and expecttest; no GPU. The lists are those that PyTorch tests its autocast with.
"""

from pathlib import Path

import torch
from torch.testing._internal.autocast_test_lists import AutocastTestLists

OUT = Path("precision/src/test/resources/io/kitbag/precision/autocast.txt")
OPERATIONS = [
    "conv2d", "linear", "batch_norm", "group_norm", "relu", "relu_", "add", "add_", "cat", "mul", "sigmoid", "silu",
    "gelu", "hardswish", "hardsigmoid", "hardtanh", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "flatten",
]

lists = AutocastTestLists(torch.device("cpu"))


def names(*attributes):
    return {entry[0] for attribute in attributes for entry in getattr(lists, attribute)}


lower = names("torch_fp16", "nn_fp16")
single = names("torch_fp32", "nn_fp32")
promote = names("torch_expect_builtin_promote", "torch_need_autocast_promote")
lines = ["# torch " + torch.__version__.split("+")[0]]
for name in OPERATIONS:
    kind = "lower" if name in lower else "fp32" if name in single else "promote" if name in promote else "unlisted"
    lines.append(f"{name} {kind}")
OUT.write_text("\n".join(lines) + "\n")

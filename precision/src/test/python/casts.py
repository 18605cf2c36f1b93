"""Writes how PyTorch casts fp32 numbers to narrower formats: run it from the repository's root.

    python precision/src/test/python/casts.py

Needs torch 2.1 or later, which has float8. A line is the bits of an fp32 number and of its casts to
half, bfloat16, float8_e4m3fn and float8_e5m2, in hexadecimal. NaN is left out, as its payload is free.
"""

import random
import struct
from pathlib import Path

import torch

OUT = Path("precision/src/test/resources/io/kitbag/precision/format/casts.txt")
TYPES = [torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2]

random.seed(5)
values = [0.0, 1.0, 65504.0, 65519.0, 65520.0, 448.0, 464.0, 465.0, 479.0, 480.0, 57344.0, 61440.0, 61439.0, 3.4e38]
for _ in range(1000):
    exponent = random.choice([random.randint(-149, 127), random.randint(-27, 17)])
    # Few fraction bits make ties likely.
    bits = random.choice([3, 4, 8, 9, 11, 12, 23])
    values.append((1 + random.getrandbits(bits) / 2**bits) * 2.0**exponent)
values += [-value for value in values]
floats = torch.tensor(values, dtype=torch.float32)

lines = ["# torch " + torch.__version__.split("+")[0]]
casts = [floats.to(t).view(torch.int16 if t.itemsize == 2 else torch.uint8) for t in TYPES]
for i, value in enumerate(floats.tolist()):
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    width = [(int(c[i]) & (0xFFFF if t.itemsize == 2 else 0xFF)) for c, t in zip(casts, TYPES)]
    lines.append(" ".join([f"{bits:08x}"] + [f"{w:x}" for w in width]))
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("\n".join(lines) + "\n")

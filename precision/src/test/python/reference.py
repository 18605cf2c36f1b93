"""Writes what torch.amp.GradScaler does on series of overflows: run it from the repository's root.

    python precision/src/test/python/reference.py

Needs torch 2.3 or later, whose GradScaler works on CPU, and numpy. One series is a line
"series NAME INITIAL GROWTH BACKOFF INTERVAL", then a line for each step: whether a gradient was not
finite, whether the optimizer stepped, and the scale and the count of good steps after the update.
"""

from pathlib import Path

import numpy as np
import torch

OUT = Path("precision/src/test/resources/io/kitbag/precision/grad-scaler.txt")

# 1 is a step with an infinite gradient. The same recorded series for each configuration: a run that
# starts too high, settles, and meets single and double overflows around the points of growth.
OVERFLOWS = [int(c) for c in "1101 000000 1 000 11 00000000 1 00 1 0000000 111 000000000" if c != " "]

CONFIGURATIONS = [  # name, initial, growth, backoff, interval
    ("defaults", 2.0**16, 2.0, 0.5, 2000),
    ("every-3", 2.0**16, 2.0, 0.5, 3),
    ("every-step", 2.0**10, 2.0, 0.5, 1),
    ("no-powers-of-two", 1000.0, 1.7, 0.3, 2),
    ("stops-before-infinity", 2.0**126, 2.0, 0.5, 1),
]


def series(initial, growth, backoff, interval):
    parameter = torch.nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    steps = []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    scaler = torch.amp.GradScaler("cpu", initial, growth, backoff, interval)
    for overflow in OVERFLOWS:
        scaler.scale(torch.ones(1))
        parameter.grad = torch.tensor([1.0, float("inf") if overflow else 2.0, 3.0])
        before = len(steps)
        scaler.step(optimizer)
        scaler.update()
        state = scaler.state_dict()
        yield overflow, len(steps) - before, np.float32(state["scale"]), state["_growth_tracker"]


lines = ["# torch " + torch.__version__.split("+")[0]]
for name, *configuration in CONFIGURATIONS:
    lines.append(" ".join(["series", name] + [str(value) for value in configuration]))
    lines += [" ".join(str(value) for value in row) for row in series(*configuration)]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("\n".join(lines) + "\n")

"""Writes the learning rates of 200 steps by PyTorch's and timm's schedulers.

    python schedules.py ../resources/io/kitbag/optim/schedule/schedules.txt

Needs torch 2.0.1, timm 1.0.31 and numpy. One line for each schedule: its key, then a rate for each
step. Where neither library has a formula it is written out from the paper that is named.
"""
import math
import sys

import numpy as np
import timm
import torch
from timm.scheduler import CosineLRScheduler, PolyLRScheduler
from torch.optim import lr_scheduler as lrs

STEPS = 200
lines = ["# torch %s, timm %s" % (torch.__version__.split("+")[0], timm.__version__)]


def store(key, rates):
    lines.append(" ".join([key] + ["%.9g" % rate for rate in rates]))


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)


def follow(key, make):
    sgd = optimizer()
    scheduler = make(sgd)
    rates = []
    for _ in range(STEPS):
        rates.append(sgd.param_groups[0]["lr"])
        sgd.step()
        scheduler.step()
    store(key, rates)


def timm_rates(key, make):
    scheduler = make(optimizer())
    store(key, [scheduler._get_lr(step)[0] for step in range(STEPS)])


def after(warm_up, steps, then):
    return lambda sgd: lrs.SequentialLR(sgd, [warm_up(sgd), then(sgd)], milestones=[steps])


def noise(stream):
    x = (stream * 1103515245 + 67891) % 2**31
    for _ in range(2):
        x ^= x >> 13
        x = (x * 1103515245 + 12345) % 2**31
    return ((x >> 16) % 2048 - 1024) / 1024


def measurement(step, mode):
    """Gets better, ever more slowly, with noise."""
    better = math.exp(-step / 30) + 0.05 * noise(step)
    return better if mode == "min" else 1 - better


def plateau(key, mode, **options):
    sgd = optimizer()
    scheduler = lrs.ReduceLROnPlateau(sgd, mode=mode, **options)
    rates = []
    for step in range(STEPS):
        rates.append(sgd.param_groups[0]["lr"])
        scheduler.step(measurement(step, mode))
    store(key, rates)


def stable_decay(key, left, steps=200, decay=40, last=0.004):
    """arXiv 2404.06395: constant, then the last part; 1 - sqrt is arXiv 2405.18392."""
    xs = [max(0.0, (step - (steps - decay)) / decay) for step in range(STEPS)]
    store(key, [last + (0.4 - last) * left(x) for x in xs])


follow("constant", lambda o: lrs.ConstantLR(o, factor=1.0))
follow("step", lambda o: lrs.MultiStepLR(o, [30, 60, 150], gamma=0.1))
follow("cosine", lambda o: lrs.CosineAnnealingLR(o, T_max=200, eta_min=0.001))
follow("cycles", lambda o: lrs.CosineAnnealingWarmRestarts(o, T_0=50, eta_min=0.001))
timm_rates("cyclesDecayed", lambda o: CosineLRScheduler(
    o, t_initial=40, lr_min=0.001, cycle_decay=0.5, cycle_limit=4))
follow("polynomial", lambda o: lrs.PolynomialLR(o, total_iters=180, power=2.0))
timm_rates("polynomialTo", lambda o: PolyLRScheduler(
    o, t_initial=200, power=0.5, lr_min=0.01, cycle_limit=1))
follow("oneCycle", lambda o: lrs.OneCycleLR(o, 0.4, total_steps=201, cycle_momentum=False))
follow("oneCycleLinear", lambda o: lrs.OneCycleLR(
    o, 0.4, total_steps=201, pct_start=0.43, anneal_strategy="linear", div_factor=10,
    final_div_factor=100, cycle_momentum=False))
follow("linearWarmUp", after(
    lambda o: lrs.LinearLR(o, start_factor=0.01, total_iters=20), 20,
    lambda o: lrs.CosineAnnealingLR(o, T_max=180)))
# arXiv 1812.01187, sections 3.1 and 5.1.
store("paperWarmUp", [
    0.4 * (t + 1) / 20 if t < 20 else 0.2 * (1 + math.cos(math.pi * (t - 20) / 180))
    for t in range(STEPS)])
follow("constantWarmUp", after(
    lambda o: lrs.ConstantLR(o, factor=0.1, total_iters=20), 20,
    lambda o: lrs.StepLR(o, 50, gamma=0.5)))
store("triangular", 0.4 * np.interp(np.arange(STEPS), [0, int(0.23 * 200), 200], [0.2, 1, 0.07]))
stable_decay("stableDecayLinear", lambda x: 1 - x)
stable_decay("stableDecayCosine", lambda x: 0.5 * (1 + math.cos(math.pi * x)))
stable_decay("stableDecayRoot", lambda x: 1 - math.sqrt(x))
follow("range", lambda o: lrs.ExponentialLR(o, gamma=1000 ** (1 / 199)))
# arXiv 1803.05407, section 3.2, after 100 steps of the constant rate.
cycle = [((i - 1) % 25 + 1) / 25 for i in range(1, 101)]
store("swaCyclic", [0.4] * 100 + [(1 - t) * 0.2 + t * 0.02 for t in cycle])
plateau("plateauLoss", "min", factor=0.5, patience=5)
plateau("plateauTop1", "max", factor=0.3, patience=3, threshold=0.01, cooldown=4, min_lr=1e-3)

with open(sys.argv[1], "w") as out:
    out.write("\n".join(lines) + "\n")

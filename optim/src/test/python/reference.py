"""Writes reference values of optimizers, clipping and losses.

    python reference.py ../resources/io/kitbag/optim/reference.txt

Needs torch 2.0.1, timm 1.0.31 and numpy. Where neither has a formula (MXNet's NAG, Muon in float32,
SAM) it is written out here from the source that is named. Inputs come from an integer generator that the Java tests repeat
exactly (Noise.java), so only results are stored, as the shortest decimals that give the same
float32: one line for each array, its key first.
"""
import math
import sys

import numpy as np
import timm.optim
import torch
import torch.nn.functional as F
from timm.utils.agc import adaptive_clip_grad

torch.set_num_threads(1)

SHAPES = [  # name, shape, decayed by "no bias decay"
    ("conv1.weight", (3, 2, 3, 3), True),
    ("bn1.weight", (3,), False),
    ("bn1.bias", (3,), False),
    ("fc.weight", (5, 3), True),
    ("fc.bias", (5,), False),
]
lines = ["# torch %s, timm %s" % (torch.__version__.split("+")[0], timm.__version__)]
STEPS = 200
STORED_AFTER = [1, 2, 10, 100, 200]


def noise(stream, shape):
    """Multiples of 2^-10 in [-1, 1): exact in float32."""
    values = []
    for i in range(math.prod(shape)):
        x = (stream * 1103515245 + i * 12345 + 67891) % 2**31
        for _ in range(2):
            x ^= x >> 13
            x = (x * 1103515245 + 12345) % 2**31
        values.append(((x >> 16) % 2048 - 1024) / 1024)
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def store(key, tensors):
    values = [str(v) for t in tensors for v in t.detach().reshape(-1).numpy().astype(np.float32)]
    lines.append(" ".join([key] + values))


def initial():
    return [torch.nn.Parameter(noise(1000 + i, s)) for i, (_, s, _) in enumerate(SHAPES)]


def gradients(parameters, step):
    """Half the weight plus noise: a noisy quadratic, so that errors would feed back."""
    return [p.detach() * 0.5 + noise(5 * step + i, p.shape) for i, p in enumerate(parameters)]


def learning_rate(step):
    """Peak 0.1, ten steps of warm-up, cosine to 0.001 at step 200."""
    if step < 10:
        return 0.1 * (step + 1) / 10
    return 0.001 + 0.5 * (1 + math.cos(math.pi * (step - 10) / 190)) * (0.1 - 0.001)


def follow(name, groups_of, make, scale=1.0, stored_after=(1, 20, 200)):
    """A trajectory with any optimizer, at scale times the learning rate."""
    parameters = initial()
    optimizer = make(groups_of(parameters))
    for step in range(STEPS):
        for p, g in zip(parameters, gradients(parameters, step)):
            p.grad = g
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step) * scale
        optimizer.step()
        if step + 1 in stored_after:
            store(f"{name}.parameters.{step + 1}", parameters)


class MxnetNag(torch.optim.Optimizer):
    """mxnet/optimizer/nag.py: state = momentum * state + lr * grad; w -= momentum * state + lr * grad."""

    def __init__(self, groups, momentum):
        super().__init__(groups, {"lr": 1.0})
        self.momentum = momentum

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p].setdefault("s", torch.zeros_like(p))
                g = p.grad + group["weight_decay"] * p
                state.mul_(self.momentum).add_(g * group["lr"])
                p.sub_(state * self.momentum + g * group["lr"])


class Muon(torch.optim.Optimizer):
    """KellerJordan/Muon (muon.py) with the iteration in float32; all but matrices follow SGD."""

    def __init__(self, groups, momentum=0.95, nesterov=True, iterations=5, linear=True):
        super().__init__(groups, {"lr": 1.0})
        self.options = momentum, nesterov, iterations, linear

    @torch.no_grad()
    def step(self):
        momentum, nesterov, iterations, linear = self.options
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim == 1 or p.ndim == 2 and not linear:
                    p.sub_((p.grad + group["weight_decay"] * p) * group["lr"])
                    continue
                buffer = self.state[p].setdefault("b", torch.zeros_like(p))
                buffer.lerp_(p.grad, 1 - momentum)
                update = p.grad.lerp(buffer, momentum) if nesterov else buffer
                x = update.reshape(len(update), -1)
                tall = x.shape[0] > x.shape[1]
                scale = max(1, x.shape[0] / x.shape[1]) ** 0.5
                x = x.T if tall else x
                x = x / (x.norm() + 1e-7)
                for _ in range(iterations):
                    a = x @ x.T
                    b = -4.7750 * a + 2.0315 * a @ a
                    x = 3.4445 * x + b @ x
                x = x.T if tall else x
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(x.reshape(p.shape), alpha=-group["lr"] * scale)


def trajectory(name, groups_of, **options):
    parameters = initial()
    groups = groups_of(parameters)
    optimizer = torch.optim.SGD(groups, lr=1, **options)
    for step in range(STEPS):
        for p, g in zip(parameters, gradients(parameters, step)):
            p.grad = g
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step) * group.get("factor", 1)
        optimizer.step()
        if step + 1 in STORED_AFTER:
            store(f"{name}.parameters.{step + 1}", parameters)
    buffers = [optimizer.state[p].get("momentum_buffer") for p in parameters]
    store(f"{name}.momentum", [b for b in buffers if b is not None])


class MuonAndAdamW:
    """Muon for matrices, torch.optim.AdamW for the rest, as SingleDeviceMuonWithAuxAdam divides them."""

    def __init__(self, groups):
        def part(matrices):
            return [{**g, "params": [p for p in g["params"] if (p.ndim > 1) == matrices]}
                    for g in groups if any((p.ndim > 1) == matrices for p in g["params"])]
        self.inner = Muon(part(True)), torch.optim.AdamW(part(False))
        self.param_groups = [group for o in self.inner for group in o.param_groups]

    def step(self):
        for optimizer in self.inner:
            optimizer.step()


class DecayFirst:
    """NAdam's decoupled_weight_decay, which PyTorch has from 2.1 on: param.mul_(1 - lr * decay)."""

    def __init__(self, groups, make):
        self.decays = [group["weight_decay"] for group in groups]
        self.inner = make([{**group, "weight_decay": 0.0} for group in groups])
        self.param_groups = self.inner.param_groups

    @torch.no_grad()
    def step(self):
        for group, decay in zip(self.param_groups, self.decays):
            for p in group["params"]:
                p.mul_(1 - group["lr"] * decay)
        self.inner.step()


def sharpness_aware(name, rho, adaptive):
    """davda54/sam (sam.py) over SGD with momentum: both gradients of a step see the same noise."""
    parameters = initial()
    optimizer = torch.optim.SGD(parameters, lr=1, momentum=0.9)
    for step in range(STEPS):
        before = [p.detach().clone() for p in parameters]
        first = gradients(parameters, step)
        with torch.no_grad():
            norm = torch.norm(torch.stack([
                ((torch.abs(p) if adaptive else 1.0) * g).norm(2)
                for p, g in zip(parameters, first)]), 2)
            for p, g in zip(parameters, first):
                p.add_((torch.pow(p, 2) if adaptive else 1.0) * g * (rho / (norm + 1e-12)))
        second = gradients(parameters, step)
        with torch.no_grad():
            for p, old, g in zip(parameters, before, second):
                p.copy_(old)
                p.grad = g
        optimizer.param_groups[0]["lr"] = learning_rate(step)
        optimizer.step()
        if step + 1 in (1, 20, 200):
            store(f"{name}.parameters.{step + 1}", parameters)


def uniform(decay):
    return lambda parameters: [{"params": parameters, "weight_decay": decay}]


def no_bias_decay(decay):
    def groups(parameters):
        return [
            {"params": [p for p, s in zip(parameters, SHAPES) if s[2] == decayed],
             "weight_decay": decay if decayed else 0.0}
            for decayed in (True, False)
        ]
    return groups


def fast_head(parameters):
    """The linear layer at three times the rate, decayed by 0.01; the rest by 0.001."""
    return [
        {"params": parameters[:3], "weight_decay": 0.001},
        {"params": parameters[3:], "weight_decay": 0.01, "factor": 3},
    ]


def clip(name, scale, limit):
    tensors = [torch.nn.Parameter(torch.zeros(s)) for _, s, _ in SHAPES]
    for i, t in enumerate(tensors):
        t.grad = noise(i, t.shape) * scale
    norm = torch.nn.utils.clip_grad_norm_(tensors, limit)
    store(f"{name}.norm", [norm])
    store(f"{name}.gradients", [t.grad for t in tensors])


def clip_each(name, how):
    """With weights, of which adaptive clipping depends; it leaves out the last linear layer."""
    tensors = initial()
    for i, t in enumerate(tensors):
        t.grad = noise(i, t.shape)
    how(tensors)
    store(f"{name}.gradients", [t.grad for t in tensors])


def smoothed(targets, epsilon, form):
    """Targets by definition, then PyTorch's cross-entropy for probabilities."""
    classes = targets.shape[1]
    off = epsilon / (classes - 1) if form == "other" else epsilon / classes
    on = 1 - epsilon if form == "other" else 1 - epsilon + epsilon / classes
    return targets * (on - off) + off


def loss(scale, epsilon, form, soft):
    images, classes = 7, 5
    logits = torch.nn.Parameter(noise(1, (images, classes)) * scale)
    labels = torch.tensor([(3 * i + 1) % classes for i in range(images)])
    if soft:
        targets = 0.75 * F.one_hot(labels, classes) + 0.25 * F.one_hot(labels.flip(0), classes)
        value = F.cross_entropy(logits, smoothed(targets.float(), epsilon, form))
    elif form == "all":
        value = F.cross_entropy(logits, labels, label_smoothing=epsilon)
    else:
        value = F.cross_entropy(logits, smoothed(F.one_hot(labels, classes).float(), epsilon, form))
    value.backward()
    key = f"loss.{scale}.{epsilon}.{form}.{'soft' if soft else 'hard'}"
    store(f"{key}.value", [value])
    store(f"{key}.gradient", [logits.grad])


trajectory("sgd", uniform(0.0))
trajectory("momentum", no_bias_decay(0.01), momentum=0.9)
trajectory("dampened", uniform(1e-4), momentum=0.9, dampening=0.3)
trajectory("nesterov", no_bias_decay(0.005), momentum=0.9, nesterov=True)
trajectory("nesterovFastHead", fast_head, momentum=0.875, nesterov=True)
decayed = no_bias_decay(0.01)
follow("sgdw", decayed, lambda g: timm.optim.SGDW(g, momentum=0.9, nesterov=True))
follow("sgdwPlain", decayed, lambda g: timm.optim.SGDW(g, momentum=0.9))
follow("mxnetNag", decayed, lambda g: MxnetNag(g, 0.9))
follow("rmsprop", decayed, lambda g: torch.optim.RMSprop(g), 0.1)
follow("rmspropCentered", decayed,
       lambda g: torch.optim.RMSprop(g, alpha=0.9, eps=1e-3, momentum=0.9, centered=True), 0.1)
follow("rmspropTf", decayed, lambda g: timm.optim.RMSpropTF(g, momentum=0.9, eps=1e-3), 0.1)
follow("rmspropTfPlain", decayed, lambda g: timm.optim.RMSpropTF(g, momentum=0.0), 0.1)
follow("adam", decayed, lambda g: torch.optim.Adam(g), 0.1)
follow("adamw", decayed, lambda g: torch.optim.AdamW(g, betas=(0.8, 0.99), eps=1e-6), 0.1)
follow("nadam", decayed, lambda g: torch.optim.NAdam(g), 0.1)
follow("nadamw", decayed, lambda g: DecayFirst(g, torch.optim.NAdam), 0.1)
follow("lamb", decayed, lambda g: timm.optim.Lamb(g, max_grad_norm=None), 0.1)
follow("lambAlways", decayed,
       lambda g: timm.optim.Lamb(g, max_grad_norm=None, always_adapt=True), 0.1)
follow("lars", decayed, lambda g: timm.optim.Lars(g, momentum=0.9))
follow("larsNesterov", decayed,
       lambda g: timm.optim.Lars(g, momentum=0.9, nesterov=True, trust_coeff=0.02,
                                 always_adapt=True))
follow("lion", decayed, lambda g: timm.optim.Lion(g), 0.1)
follow("muon", decayed, lambda g: Muon(g), 0.1)
follow("muonPlain", decayed, lambda g: Muon(g, 0.9, False, 3, False), 0.1)
follow("muonAdamw", decayed, MuonAndAdamW, 0.1)
sharpness_aware("sam", 0.05, False)
sharpness_aware("asam", 0.5, True)
clip("clip.above", 1.0, 0.5)
clip("clip.below", 1e-4, 0.5)
clip("clip.farAbove", 1e6, 10.0)
clip("clip.tiny", 1e-4, 1e-4)
clip_each("clip.value", lambda p: torch.nn.utils.clip_grad_value_(p, 0.25))
clip_each("clip.adaptive", lambda p: adaptive_clip_grad(p[:3], 0.3))
for scale in (4.0, 200.0):
    for epsilon, form in ((0.0, "all"), (0.1, "other"), (0.1, "all")):
        for soft in (False, True):
            loss(scale, epsilon, form, soft)

with open(sys.argv[1], "w") as out:
    out.write("\n".join(lines) + "\n")

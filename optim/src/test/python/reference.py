"""Writes reference values of torch.optim.SGD, clip_grad_norm_ and cross_entropy.

    python reference.py ../resources/io/kitbag/optim/reference.txt

Needs torch 2.0.1 and numpy. Inputs come from an integer generator that the Java tests repeat
exactly (Noise.java), so only results are stored, as the shortest decimals that give the same
float32: one line for each array, its key first.
"""
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)

SHAPES = [  # name, shape, decayed by "no bias decay"
    ("conv1.weight", (3, 2, 3, 3), True),
    ("bn1.weight", (3,), False),
    ("bn1.bias", (3,), False),
    ("fc.weight", (5, 3), True),
    ("fc.bias", (5,), False),
]
lines = ["# torch " + torch.__version__.split("+")[0]]
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
clip("clip.above", 1.0, 0.5)
clip("clip.below", 1e-4, 0.5)
clip("clip.farAbove", 1e6, 10.0)
clip("clip.tiny", 1e-4, 1e-4)
for scale in (4.0, 200.0):
    for epsilon, form in ((0.0, "all"), (0.1, "other"), (0.1, "all")):
        for soft in (False, True):
            loss(scale, epsilon, form, soft)

with open(sys.argv[1], "w") as out:
    out.write("\n".join(lines) + "\n")

"""Writes where 200 steps of plain gradient descent lead from the same logits under each loss.

    python losses.py ../resources/io/kitbag/optim/loss/losses.txt

Needs torch 2.0.1 and timm 1.0.31. Logits come from the integer generator of reference.py, which
Noise.java repeats. One line for each array, its key first: the logits after some steps, and the
loss before each of these steps.
"""
import math
import sys

import timm
import torch
import torch.nn.functional as F
from timm.loss import BinaryCrossEntropy

torch.set_num_threads(1)
IMAGES, CLASSES, STEPS = 7, 5, 200
STORED_AFTER = (1, 20, 200)
WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 0.0, 1.5])
lines = ["# torch %s, timm %s" % (torch.__version__.split("+")[0], timm.__version__)]


def noise(stream, shape):
    values = []
    for i in range(math.prod(shape)):
        x = (stream * 1103515245 + i * 12345 + 67891) % 2**31
        for _ in range(2):
            x ^= x >> 13
            x = (x * 1103515245 + 12345) % 2**31
        values.append(((x >> 16) % 2048 - 1024) / 1024)
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


LABELS = torch.tensor([(3 * i + 1) % CLASSES for i in range(IMAGES)])
HARD = F.one_hot(LABELS, CLASSES).float()
SOFT = 0.75 * HARD + 0.25 * HARD.flip(0)
TEACHER = noise(2, (IMAGES, CLASSES)) * 6


def follow(key, loss, rate=1.0):
    logits = torch.nn.Parameter(noise(1, (IMAGES, CLASSES)) * 3)
    for step in range(STEPS):
        logits.grad = None
        value = loss(logits)
        value.backward()
        with torch.no_grad():
            logits.sub_(logits.grad * rate)
        if step + 1 in STORED_AFTER:
            numbers = [value.detach().reshape(1), logits.detach().reshape(-1)]
            lines.append(" ".join([f"{key}.{step + 1}"] + [str(v) for v in torch.cat(numbers).numpy()]))


def smoothed(targets, epsilon, sharers):
    off = epsilon / sharers
    return targets * (1 - CLASSES * off) + off


def focal(logits, targets, gamma):
    """arXiv 1708.02002, equation 4, summed over a target's classes."""
    p = logits.double().softmax(1)
    return -(targets.double() * (1 - p) ** gamma * p.log()).sum(1).mean()


def distilled(logits, hard, temperature, hard_weight, soft_weight):
    """arXiv 1812.01187, section 5.3."""
    soft = F.cross_entropy(logits / temperature, (TEACHER / temperature).softmax(1))
    return hard_weight * hard + soft_weight * temperature**2 * soft


for name, targets, labels in (("hard", HARD, LABELS), ("soft", SOFT, SOFT)):
    follow(f"crossEntropy.{name}", lambda z: F.cross_entropy(z, labels))
    # The paper's form with epsilon is PyTorch's with epsilon * K / (K - 1).
    follow(f"paper.{name}",
           lambda z: F.cross_entropy(z, labels, label_smoothing=0.1 * CLASSES / (CLASSES - 1)))
    follow(f"uniform.{name}", lambda z: F.cross_entropy(z, labels, label_smoothing=0.1))
    follow(f"weighted.{name}", lambda z: F.cross_entropy(z, labels, WEIGHTS))
    follow(f"weightedSmoothed.{name}",
           lambda z: F.cross_entropy(z, labels, WEIGHTS, label_smoothing=0.1))
    smooth = smoothed(targets, 0.1, CLASSES)
    follow(f"binary.{name}", lambda z: BinaryCrossEntropy(smoothing=0.0)(z, smooth))
    other = smoothed(targets, 0.1, CLASSES - 1)
    follow(f"binaryPaper.{name}", lambda z: BinaryCrossEntropy(smoothing=0.0)(z, other))
    follow(f"binaryThreshold.{name}",
           lambda z: BinaryCrossEntropy(smoothing=0.0, target_threshold=0.2)(z, smooth))
    follow(f"binarySummed.{name}",
           lambda z: BinaryCrossEntropy(smoothing=0.0, sum_classes=True)(z, smooth))
    follow(f"focal.{name}", lambda z: focal(z, targets, 2.0).float())
    follow(f"focalSteep.{name}", lambda z: focal(z, targets, 3.5).float())
    # torchvision, references/classification: a second head's loss, times 0.4.
    follow(f"auxiliary.{name}",
           lambda z: F.cross_entropy(z, labels) + 0.4 * F.cross_entropy(z * 0.5, labels))
    follow(f"distilled.{name}",
           lambda z: distilled(z, F.cross_entropy(z, labels), 20, 1, 1), 0.2)
    follow(f"distilledGluon.{name}",
           lambda z: distilled(z, F.cross_entropy(z, labels), 4, 0.5, 0.5), 0.5)
follow("binaryTimm.hard", lambda z: BinaryCrossEntropy(smoothing=0.1)(z, LABELS))

with open(sys.argv[1], "w") as out:
    out.write("\n".join(lines) + "\n")

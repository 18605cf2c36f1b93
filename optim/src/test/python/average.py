"""Writes reference values of averaged weights.

    python average.py ../resources/io/kitbag/optim/average/average.txt

Needs torch 2.0.1 and timm 1.0.31. Weights come from the integer generator of reference.py, which
Noise.java repeats; one line for each array, its key first.
"""
import sys

import timm
import torch
from timm.utils import ModelEmaV3
from torch.optim.swa_utils import AveragedModel, update_bn

torch.set_num_threads(1)
STEPS = 200
STORED_AFTER = [1, 5, 20, 60, 200]
lines = [f"# torch {torch.__version__.split('+')[0]}, timm {timm.__version__}"]


def noise(stream, count):
    values = []
    for i in range(count):
        x = (stream * 1103515245 + i * 12345 + 67891) % 2**31
        for _ in range(2):
            x ^= x >> 13
            x = (x * 1103515245 + 12345) % 2**31
        values.append(((x >> 16) % 2048 - 1024) / 1024)
    return torch.tensor(values, dtype=torch.float32)


class Weights(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(noise(0, 7))
        self.register_buffer("b", noise(1, 3))

    def move(self, step):
        with torch.no_grad():
            self.w.copy_(noise(2 * step, 7))
            self.b.copy_(noise(2 * step + 1, 3))

    def flat(self):
        return torch.cat([self.w.detach(), self.b])


def store(key, values):
    lines.append(" ".join([key] + [str(v) for v in values.numpy()]))


def follow(name, update, average):
    weights = Weights()
    state = update(weights, 0, None)
    for step in range(1, STEPS + 1):
        weights.move(step)
        state = update(weights, step, state)
        if step in STORED_AFTER:
            store(f"{name}.{step}", average(state))


def timm_ema(**options):
    def update(weights, step, state):
        if step == 0:
            return ModelEmaV3(weights, **options)
        state.update(weights, step=step)
        return state
    return update


def torchvision_ema(decay, every, batch, epochs, warm_up):
    """utils.ExponentialMovingAverage and the training loop of torchvision's references."""
    decay = 1 - min(1, (1 - decay) * batch * every / epochs)

    def update(weights, step, state):
        if step == 0:
            return AveragedModel(
                weights, avg_fn=lambda avg, new, n: decay * avg + (1 - decay) * new, use_buffers=True)
        if step % every == 0:
            state.update_parameters(weights)
            if step <= warm_up:
                state.n_averaged.fill_(0)
        return state
    return update


def swa(start, every):
    def update(weights, step, state):
        if step == 0:
            return AveragedModel(weights, use_buffers=True)
        if step > start and (step - start) % every == 0:
            state.update_parameters(weights)
        return state
    return update


def classic_lookahead():
    """Algorithm 1 of arXiv 1907.08610 with k = 5, alpha = 0.5 and plain gradient descent."""
    slow = noise(0, 7).double()
    step = 0
    while step < STEPS:
        fast = slow.clone()
        for _ in range(5):
            step += 1
            fast -= 0.1 * noise(2 * step, 7).double()
            if step in STORED_AFTER and step % 5 != 0:
                store(f"lookahead.{step}", fast.float())
        slow += 0.5 * (fast - slow)
        if step in STORED_AFTER:
            store(f"lookahead.{step}", slow.float())


def airbench():
    """The update of airbench94.py: lerp by 1 - decay after every fifth step, then copy back."""
    fast = noise(0, 7)
    slow = fast.clone()
    decays = 0.95**5 * (torch.arange(STEPS + 1) / STEPS) ** 3
    for step in range(1, STEPS + 1):
        fast.add_(noise(2 * step, 7), alpha=-0.1)
        if step % 5 == 0:
            slow.lerp_(fast, 1 - decays[step].item())
            fast.copy_(slow)
        if step in STORED_AFTER:
            store(f"airbench.{step}", fast)


def statistics():
    """update_bn over three batches of two images, 3 x 4 x 5, in front of nothing else."""
    norm = torch.nn.BatchNorm2d(3, momentum=0.1)
    norm(noise(9, 120).reshape(2, 3, 4, 5))
    batches = [noise(100 + i, 120).reshape(2, 3, 4, 5) for i in range(3)]
    update_bn(batches, norm)
    store("statistics", torch.cat([norm.running_mean, norm.running_var]))


follow("timm", timm_ema(decay=0.9, use_warmup=True), lambda e: e.module.flat())
follow("constant", timm_ema(decay=0.9), lambda e: e.module.flat())
follow("torchvision", torchvision_ema(0.999, 4, 32, 2, 20), lambda e: e.module.flat())
follow("swa", swa(30, 10), lambda e: e.module.flat())
classic_lookahead()
airbench()
statistics()

with open(sys.argv[1], "w") as out:
    out.write("\n".join(lines) + "\n")

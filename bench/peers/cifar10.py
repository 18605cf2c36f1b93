"""The recipe cifar10 in plain PyTorch: airbench94's network and training (Jordan, arXiv 2404.00498), in eager mode.

    python bench/peers/cifar10.py DIR [--epochs 10] [--batch 512] [--threads 2] [--fp32] [--every 4]

DIR holds train/<class>/* and test/<class>/*. Prints a line per epoch and, last, one JSON object with seconds and
top-1. Needs torch, torchvision and Pillow. For a fair comparison set glibc's malloc variables as ./kitbag does:

    MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=67108864
"""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

MEAN, STD = (125.307, 122.95, 113.865), (62.993, 62.089, 66.705)
PAD = 2


def load(folder):
    classes = sorted(path.name for path in folder.iterdir())
    files = [(path, label) for label, name in enumerate(classes) for path in sorted((folder / name).iterdir())]
    pixels = np.stack([np.asarray(Image.open(path).convert("RGB")) for path, _ in files])
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    images = (images - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
    return images, torch.tensor([label for _, label in files])


def whitening_filters(images, epsilon=5e-4):
    patches = images.unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 12).double()
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (vectors / torch.sqrt(values + epsilon)).T.float().view(-1, 3, 2, 2)
    return torch.cat([filters, -filters])


class Block(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.MaxPool2d(2),
            nn.BatchNorm2d(outputs, momentum=0.4), nn.GELU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs, momentum=0.4), nn.GELU())


class Net(nn.Module):
    def __init__(self, widths=(64, 256, 256)):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.blocks = nn.Sequential(*(Block(i, o) for i, o in zip((24, *widths), widths)))
        self.fc = nn.Linear(widths[-1], 10, bias=False)
        for module in self.blocks.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.dirac_(module.weight[: module.in_channels])

    def forward(self, x):
        x = self.blocks(F.gelu(self.whiten(x)))
        return self.fc(F.max_pool2d(x, 3).flatten(1)) / 9


def crops(images, epoch, first_flip):
    """Moved by up to two pixels, mirrored in every second epoch."""
    flipped = first_flip if epoch % 2 == 0 else ~first_flip
    padded = F.pad(images, (PAD,) * 4, "reflect")
    padded = torch.where(flipped.view(-1, 1, 1, 1), padded.flip(-1), padded)
    windows = padded.unfold(2, 32, 1).unfold(3, 32, 1)
    dy, dx = torch.randint(2 * PAD + 1, (2, len(images)))
    return windows[torch.arange(len(images)), :, dy, dx]


def views(net, x):
    """Logits over the mirror image and two shifts by a pixel, weighted as airbench does."""
    def mirrored(y):
        return (net(y) + net(y.flip(-1))).float() / 2

    padded = F.pad(x, (1,) * 4, "reflect")
    return mirrored(x) / 2 + (mirrored(padded[:, :, 0:32, 0:32]) + mirrored(padded[:, :, 2:34, 2:34])) / 4


def accuracy(net, images, labels, cast, batch=500):
    net.eval()
    with torch.no_grad(), cast():
        right = sum(
            (views(net, x.contiguous(memory_format=torch.channels_last)).argmax(1) == y).sum().item()
            for x, y in zip(images.split(batch), labels.split(batch)))
    net.train()
    return right / len(images)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=4, help="epochs between measurements")
    parser.add_argument("--fp32", action="store_true", help="no autocast to bf16")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)

    def cast():
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=not args.fp32)

    begin = time.perf_counter()
    images, labels = load(args.data / "train")
    test_images, test_labels = load(args.data / "test")
    net = Net().to(memory_format=torch.channels_last)
    net.whiten.weight.data = whitening_filters(images[torch.randperm(len(images))[:5000]])
    net.whiten.weight.requires_grad_(False)
    biases = [module.bias for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.requires_grad_(False)
    others = [p for p in net.parameters() if p.requires_grad and not any(p is bias for bias in biases)]
    rate = 1.5 * args.batch / 1024
    optimizer = torch.optim.SGD(
        [{"params": others, "lr": rate, "weight_decay": 0.00133},
         {"params": biases, "lr": 64 * rate, "weight_decay": 0.00133 / 64}],
        lr=rate, momentum=0.85, nesterov=True, foreach=True)
    per_epoch = len(images) // args.batch
    steps = args.epochs * per_epoch
    peak = 0.23 * steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda t: 0.2 + 0.8 * t / peak if t < peak else 1 + (0.07 - 1) * (t - peak) / (steps - peak))
    slow = [value.clone() for value in net.state_dict().values()]
    first_flip = torch.rand(len(images)) < 0.5
    step = 0
    for epoch in range(args.epochs):
        order = torch.randperm(len(images))
        for at in order[: per_epoch * args.batch].split(args.batch):
            x = crops(images[at], epoch, first_flip[at]).contiguous(memory_format=torch.channels_last)
            with cast():
                logits = net(x)
            loss = F.cross_entropy(logits.float(), labels[at], label_smoothing=0.2)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            if step % 5 == 0 or step == steps:
                decay = 0.95**5 * (step / steps) ** 3
                with torch.no_grad():
                    for old, value in zip(slow, net.state_dict().values()):
                        if value.is_floating_point():
                            old.lerp_(value, 1 - decay)
                            value.copy_(old)
        line = f"epoch {epoch + 1}/{args.epochs} loss {loss.item():.3f} {time.perf_counter() - begin:.0f} s"
        if (epoch + 1) % args.every == 0 or epoch + 1 == args.epochs:
            top1 = accuracy(net, test_images, test_labels, cast)
            line += f" top-1 {100 * top1:.2f} %"
        print(line, flush=True)
    print(json.dumps({"seconds": round(time.perf_counter() - begin, 1), "top1": top1, "steps": steps,
                      "torch": torch.__version__, "bf16": not args.fp32}))


if __name__ == "__main__":
    main()

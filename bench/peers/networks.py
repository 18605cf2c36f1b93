"""The networks of Kitbag's zoo as PyTorch's users have them: torchvision's, timm's, or, for images
of 32 pixels, put together from torchvision's blocks. Names and shapes of all tensors are equal."""

import re

import timm
import timm.models.efficientnet
import timm.models.resnet
import torchvision
from torch import nn
from torchvision.models.resnet import BasicBlock

DEPTHS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def build(name, classes):
    """The network of that name; none of them drops anything."""
    for pattern, make in MAKERS.items():
        match = re.fullmatch(pattern, name)
        if match:
            return make(classes, *match.groups())
    raise ValueError(f"neither torchvision nor timm has {name}")


def of_torchvision(classes, name):
    return getattr(torchvision.models, name)(num_classes=classes)


def mobilenet(classes, name, width):
    if width:
        return torchvision.models.mobilenet_v2(
            num_classes=classes, width_mult=float(width), dropout=0.0
        )
    return getattr(torchvision.models, name)(num_classes=classes, dropout=0.0)


def mobilenet_v1(classes, width):
    return timm.models.efficientnet._gen_mobilenet_v1(
        "mobilenetv1_100", channel_multiplier=float(width), num_classes=classes
    )


def inception(classes):
    return torchvision.models.inception_v3(
        num_classes=classes, init_weights=False, aux_logits=True, dropout=0.0
    )


def resnext(classes, se, size):
    return timm.create_model(("se" if se else "") + "resnext" + size, num_classes=classes)


def resnet(classes, se, depth, variant, group_norm):
    depth = int(depth)
    if variant in ("", "b") and not se and not group_norm:
        net = getattr(torchvision.models, f"resnet{depth}")(num_classes=classes)
        # The first edition has the stride of a bottleneck on its first convolution.
        for stage in (net.layer2, net.layer3, net.layer4) if variant == "" and depth >= 50 else ():
            stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
        return net
    deep = variant in ("c", "d", "e", "s")
    return timm.models.resnet.ResNet(
        timm.models.resnet.Bottleneck if depth >= 50 else timm.models.resnet.BasicBlock,
        DEPTHS[depth],
        num_classes=classes,
        stem_type="deep" if deep else "",
        stem_width=32 if variant in ("c", "d") else 64,
        avg_down=variant in ("d", "e"),
        norm_layer="groupnorm" if group_norm else nn.BatchNorm2d,
        block_args={"attn_layer": "se"} if se else None,
    )


def normalized(channels, out, size, stride=1):
    return (
        nn.Conv2d(channels, out, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(out),
    )


class Residuals(nn.Module):
    """A stem, stages and a linear layer."""

    def __init__(self, width, stages, channels, classes):
        super().__init__()
        self.conv1, self.bn1 = normalized(3, width, 3)
        self.relu = nn.ReLU(inplace=True)
        for number, stage in enumerate(stages, 1):
            self.add_module(f"layer{number}", stage)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def cifar_resnet(classes, depth, averaging, widen):
    """arXiv 1512.03385, section 4.2, with projections."""
    widths = [16 * int(widen or 1) * factor for factor in (1, 1, 2, 4)]
    stages = []
    for channels, out in zip(widths, widths[1:]):
        blocks = []
        for _ in range((int(depth) - 2) // 6):
            stride = 1 if channels == out else 2
            shortcut = None
            if stride == 2:
                # Odd sizes are rounded up, as by a convolution.
                pool = nn.AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)
                shortcut = nn.Sequential(
                    *([pool, *normalized(channels, out, 1)] if averaging else normalized(channels, out, 1, 2))
                )
            blocks.append(BasicBlock(channels, out, stride, shortcut))
            channels = out
        stages.append(nn.Sequential(*blocks))
    return Residuals(widths[0], stages, widths[-1], classes)


class PreActivated(nn.Module):
    """A residual block with normalisation and ReLU in front of its convolutions (arXiv 1603.05027)."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, out, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.relu = nn.ReLU(inplace=True)
        projects = stride > 1 or channels != out
        self.downsample = nn.Conv2d(channels, out, 1, stride, bias=False) if projects else None

    def forward(self, x):
        active = self.relu(self.bn1(x))
        y = self.conv2(self.relu(self.bn2(self.conv1(active))))
        return y + (self.downsample(active) if self.downsample else x)


class WideResidual(nn.Module):
    """Stages of pre-activated blocks, and what the last of them lacks behind it."""

    def __init__(self, widths, blocks, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 3, padding=1, bias=False)
        for number, (channels, out) in enumerate(zip(widths, widths[1:]), 1):
            first = PreActivated(channels, out, 1 if number == 1 else 2)
            others = [PreActivated(out, out, 1) for _ in range(blocks - 1)]
            self.add_module(f"layer{number}", nn.Sequential(first, *others))
        self.bn = nn.BatchNorm2d(widths[-1])
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(widths[-1], classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(self.relu(self.bn(x)).mean((2, 3)))


def cifar_wideresnet(classes, depth, widen):
    """arXiv 1605.07146, table 1, without dropout."""
    widths = (16, *(16 * int(widen) * factor for factor in (1, 2, 4)))
    return WideResidual(widths, (int(depth) - 4) // 6, classes)


class Pooled(nn.Sequential):
    """A convolution to more channels, a pool to half the size, and perhaps a residual block."""

    def __init__(self, channels, out, residual):
        super().__init__()
        self.conv, self.bn = normalized(channels, out, 3)
        self.act = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        if residual:
            self.add_module("0", BasicBlock(out, out))


def resnet9(classes, width):
    """The network of Page's "How to Train Your ResNet", with basic blocks as its residuals."""
    width = int(width or 64)
    stages = [
        Pooled(width, 2 * width, True),
        Pooled(2 * width, 4 * width, False),
        Pooled(4 * width, 8 * width, True),
    ]
    return Residuals(width, stages, 8 * width, classes)


class Normalized(nn.Module):
    """One of airbench's blocks: it pools before it normalises."""

    def __init__(self, channels, out):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, padding=1, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.bn1 = nn.BatchNorm2d(out, momentum=0.4)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out, momentum=0.4)
        self.act = nn.GELU()

    def forward(self, x):
        x = self.act(self.bn1(self.pool(self.conv1(x))))
        return self.act(self.bn2(self.conv2(x)))


class Airbench(nn.Module):
    """arXiv 2404.00498, section 3.1."""

    def __init__(self, widths, classes):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.act = nn.GELU()
        for number, (channels, out) in enumerate(zip((24, *widths), widths), 1):
            self.add_module(f"layer{number}", Normalized(channels, out))
        self.pool = nn.MaxPool2d(3)
        self.fc = nn.Linear(widths[-1], classes, bias=False)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.act(self.whiten(x)))))
        return self.fc(self.pool(x).mean((2, 3))) / 9


def airbench(classes, number):
    return Airbench({"94": (64, 256, 256), "95": (128, 384, 384)}[number], classes)


MAKERS = {
    r"(resnext50_32x4d|resnext101_64x4d|wide_resnet\d+_2)": of_torchvision,
    r"(se_)?resnext(\d+_\d+x\d+d)": resnext,
    r"(se_)?resnet(18|34|50|101|152)_v1([bcdes]?)(_gn)?": resnet,
    r"(mobilenet_v2|mobilenet_v3_large|mobilenet_v3_small)()": mobilenet,
    r"(mobilenet_v2)_([\d.]+)": mobilenet,
    r"mobilenet([\d.]+)": mobilenet_v1,
    r"inception_v3": inception,
    r"cifar_resnet(\d+)(d?)(?:_w(\d+))?": cifar_resnet,
    r"cifar_wideresnet(\d+)_(\d+)": cifar_wideresnet,
    r"resnet9(?:_w(\d+))?": resnet9,
    r"airbench(94|95)": airbench,
}

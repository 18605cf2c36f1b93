"""The networks of the zoo, built by torchvision's and timm's code under the zoo's names."""

import re

import timm
import timm.models.efficientnet
import timm.models.resnet
import torchvision
from torch import nn
from torchvision.models.resnet import BasicBlock

BLOCKS = {
    18: [2, 2, 2, 2],
    34: [3, 4, 6, 3],
    50: [3, 4, 6, 3],
    101: [3, 4, 23, 3],
    152: [3, 8, 36, 3],
}
DEPTHS = tuple(BLOCKS)
NAMES = (
    [f"resnet{d}_v1{v}" for d in DEPTHS for v in ("", "b", "c", "d", "e", "s")]
    + [f"se_resnet{d}_v1b" for d in DEPTHS]
    + ["resnet50_v1b_gn", "resnet101_v1b_gn"]
    + ["resnext50_32x4d", "se_resnext50_32x4d", "resnext101_32x4d", "se_resnext101_32x4d"]
    + ["resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"]
    + ["mobilenet1.0", "mobilenet0.75", "mobilenet0.5", "mobilenet0.25"]
    + ["mobilenet_v2", "mobilenet_v2_0.75", "mobilenet_v2_0.5", "mobilenet_v2_0.25"]
    + ["mobilenet_v3_large", "mobilenet_v3_small"]
    + ["mobilenetv3_large_100", "mobilenetv3_small_100", "inception_v3"]
    + [f"cifar_resnet{d}{v}" for d in (20, 32, 56, 110) for v in ("", "d")]
    + ["cifar_wideresnet16_10", "cifar_wideresnet28_10", "cifar_wideresnet40_8"]
)


# What timm has of the networks that torchvision's code builds here.
TIMM_TWINS = (
    {f"resnet{d}_v1b": f"resnet{d}" for d in DEPTHS}
    | {name: name for name in ("resnext50_32x4d", "resnext101_64x4d")}
    | {name: name for name in ("wide_resnet50_2", "wide_resnet101_2", "inception_v3")}
    | {"mobilenet_v2": "mobilenetv2_100", "mobilenet_v2_0.5": "mobilenetv2_050"}
)


def all_of_both_libraries():
    """Triples of a name, the library whose code builds it, and a function of the classes."""
    for name in NAMES:
        net = build(name, classes=10)
        library = type(net).__module__.split(".")[0]
        library = library if library in ("timm", "torchvision") else "-"
        yield name, library, lambda classes, name=name: build(name, classes)
        if name in TIMM_TWINS:
            twin = TIMM_TWINS[name]
            yield name, "timm", lambda classes, twin=twin: timm.create_model(twin, num_classes=classes)


def image_size(name):
    return 32 if name.startswith("cifar_") else 299 if name == "inception_v3" else 224


def build(name, classes, **options):
    """A network of the zoo. Options: blur, se, drop_rate (timm's), aux_logits (torchvision's)."""
    if name.startswith("cifar_resnet"):
        depth, avg_down, widen = re.fullmatch(r"cifar_resnet(\d+)(d?)(?:_w(\d+))?", name).groups()
        return CifarResNet(int(depth), bool(avg_down), int(widen or 1), classes)
    if name.startswith("cifar_wide"):
        depth, widen = re.fullmatch(r"cifar_wideresnet(\d+)_(\d+)", name).groups()
        return CifarWideResNet(int(depth), int(widen), classes)
    if name == "inception_v3":
        return torchvision.models.inception_v3(
            num_classes=classes, init_weights=False, dropout=0.0, **options
        )
    if name.startswith("mobilenet_v2"):
        width = float(name[len("mobilenet_v2_") :] or 1)
        return torchvision.models.mobilenet_v2(num_classes=classes, width_mult=width, dropout=0.0)
    if name.startswith("mobilenetv3"):
        return timm.create_model(name, num_classes=classes, drop_rate=0.0)
    if name.startswith("mobilenet_v3"):
        return getattr(torchvision.models, name)(num_classes=classes, dropout=0.0)
    if name.startswith("mobilenet"):
        return timm.models.efficientnet._gen_mobilenet_v1(
            "mobilenetv1_100", channel_multiplier=float(name[9:]), num_classes=classes
        )
    return resnet(name, classes, **options)


def resnet(name, classes, blur=False):
    if re.fullmatch(r"resnext(50_32x4d|101_64x4d)|wide_resnet\d+_2", name):
        return getattr(torchvision.models, name)(num_classes=classes)
    if "resnext" in name:
        return timm.create_model(name.replace("se_", "se"), num_classes=classes)
    se, depth, variant, gn = re.fullmatch(r"(se_)?resnet(\d+)_v1([bcdes]?)(_gn)?", name).groups()
    depth = int(depth)
    if variant in ("", "b") and not (se or gn or blur):
        net = getattr(torchvision.models, f"resnet{depth}")(num_classes=classes)
        return with_stride_on_first(net) if variant == "" and depth >= 50 else net
    deep = variant in ("c", "d", "e", "s")
    return timm.models.resnet.ResNet(
        timm.models.resnet.BasicBlock if depth < 50 else timm.models.resnet.Bottleneck,
        BLOCKS[depth],
        num_classes=classes,
        stem_width=(64 if variant in ("e", "s") else 32) if deep else 64,
        stem_type="deep" if deep else "",
        avg_down=variant in ("d", "e"),
        norm_layer="groupnorm" if gn else nn.BatchNorm2d,
        aa_layer=timm.layers.BlurPool2d if blur else None,
        block_args={"attn_layer": "se"} if se else None,
    )


def with_stride_on_first(net):
    """ResNet v1: the stride of a bottleneck moves from the 3x3 back to the first 1x1."""
    for layer in (net.layer2, net.layer3, net.layer4):
        layer[0].conv1.stride, layer[0].conv2.stride = (2, 2), (1, 1)
    return net


class CifarResNet(nn.Module):
    """Three stages of torchvision's basic blocks."""

    def __init__(self, depth, avg_down, widen, classes=10):
        super().__init__()
        channels = 16 * widen
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        for stage in range(3):
            out, blocks = (16 * widen) << stage, []
            for i in range((depth - 2) // 6):
                stride = 2 if i == 0 and stage > 0 else 1
                shortcut = None
                if stride > 1 or channels != out:
                    pool = [nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False)]
                    conv = nn.Conv2d(channels, out, 1, 1 if avg_down else stride, bias=False)
                    shortcut = nn.Sequential(*(pool if avg_down else []), conv, nn.BatchNorm2d(out))
                blocks.append(BasicBlock(channels, out, stride, shortcut))
                channels = out
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = nn.functional.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


class WideBlock(nn.Module):
    """arXiv 1605.07146, figure 1 c: normalise, ReLU, convolve, twice."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        projects = stride > 1 or channels != out
        self.downsample = nn.Conv2d(channels, out, 1, stride, bias=False) if projects else None

    def forward(self, x):
        active = nn.functional.relu(self.bn1(x))
        y = self.conv2(nn.functional.relu(self.bn2(self.conv1(active))))
        return y + (self.downsample(active) if self.downsample else x)


class CifarWideResNet(nn.Module):
    def __init__(self, depth, widen, classes=10):
        super().__init__()
        channels = 16
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        for stage in range(3):
            out, blocks = (16 * widen) << stage, []
            for i in range((depth - 4) // 6):
                blocks.append(WideBlock(channels, out, 2 if i == 0 and stage > 0 else 1))
                channels = out
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.bn = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(nn.functional.relu(self.bn(x)).mean((2, 3)))

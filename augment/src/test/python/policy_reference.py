"""Writes the reference pixels of the geometric, tonal and policy operations with Pillow, torchvision and timm.

Run by hand after changing a case: python augment/src/test/python/policy_reference.py
The stored files come from Pillow 13.0.0, torchvision 0.15.2, timm 1.0.31. All numbers are big-endian.
"""

import pathlib
import struct
import zlib

import numpy as np
import timm.data.auto_augment as timm_ops
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from torchvision.transforms import InterpolationMode
from torchvision.transforms import autoaugment as tv

OUT = pathlib.Path(__file__).parent.parent / "resources/io/kitbag/augment/image"
FILTERS = [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]
FILL = (124, 117, 104)


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def sources():
    rng = np.random.default_rng(4)
    rich = rng.integers(0, 256, (17, 23, 3), dtype=np.uint8)
    rich[5:12] = (np.arange(23)[None, :, None] * 9 + np.arange(7)[:, None, None] * 5 + np.arange(3) * 20) % 256
    dull = rng.integers(90, 140, (17, 23, 3), dtype=np.uint8)
    flat = np.broadcast_to(np.array([10, 200, 77], dtype=np.uint8), (9, 11, 3)).copy()
    square = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
    tiny = rng.integers(0, 256, (2, 2, 3), dtype=np.uint8)
    large = (np.mgrid[0:48, 0:40][0][..., None] * 3 + np.mgrid[0:48, 0:40][1][..., None] * 2 + np.arange(3) * 30)
    large = ((large + rng.integers(0, 40, large.shape)) % 256).astype(np.uint8)
    return [Image.fromarray(array) for array in (rich, dull, flat, square, tiny, large)]


def write_ops():
    images = sources()
    out = struct.pack(">i", len(images))
    for image in images:
        out += struct.pack(">2i", *image.size) + image.tobytes()
    cases = []

    def add(source, name, arguments, result):
        cases.append((source, name, arguments, result))

    matrices = [
        (1, 0.3, 0, 0, 1, 0),
        (1, 0, 0, -0.2371, 1, 0),
        (1, 0, 5, 0, 1, -3),
        (1, 0, 2.4, 0, 1, -1.75),
        (0.8, -0.61, 7.3, 0.55, 0.9, -2.2),
        (1.4, 0.2, -3, -0.1, 0.7, 2),
    ]
    for kernel, resample in enumerate(FILTERS):
        for matrix in matrices:
            result = images[0].transform(images[0].size, Image.Transform.AFFINE, matrix, resample, fillcolor=FILL)
            add(0, "affine", (kernel, *matrix), result)
        for source in (0, 3, 4):
            for degrees in (0, 9, -30, 45.5, 90, 135, 180, -90):
                result = images[source].rotate(degrees, resample, fillcolor=FILL)
                add(source, "rotate", (kernel, degrees), result)
    for source in (0, 1, 2, 4):
        image = images[source]
        for bits in (1, 2, 4, 7, 8):
            add(source, "posterize", (bits,), ImageOps.posterize(image, bits))
        for threshold in (0, 76.5, 128, 255, 256):
            add(source, "solarize", (threshold,), ImageOps.solarize(image, threshold))
        for added in (0, 66, 110):
            add(source, "solarizeAdd", (added,), timm_ops.solarize_add(image, added))
        add(source, "invert", (), ImageOps.invert(image))
        add(source, "autoContrast", (), ImageOps.autocontrast(image))
        add(source, "equalize", (), ImageOps.equalize(image))
        add(source, "grey", (), image.convert("L").convert("RGB"))
        for factor in (0.1, 0.73, 1.0, 1.9):
            add(source, "sharpness", (factor,), ImageEnhance.Sharpness(image).enhance(factor))
    add(5, "equalize", (), ImageOps.equalize(images[5]))
    for source in (0, 3, 4):
        for sigma in (0.1, 0.5, 1.0, 2.0, 3.7, 11.0):
            add(source, "gaussianBlur", (sigma,), images[source].filter(ImageFilter.GaussianBlur(sigma)))
    out += struct.pack(">i", len(cases))
    for source, name, arguments, result in cases:
        out += struct.pack(">i", source) + text(name) + struct.pack(">i", len(arguments))
        out += struct.pack(f">{len(arguments)}d", *arguments) + result.tobytes()
    (OUT / "ops.bin").write_bytes(out)


NAMES = {
    "ShearX": "SHEAR_X",
    "ShearY": "SHEAR_Y",
    "TranslateX": "TRANSLATE_X",
    "TranslateY": "TRANSLATE_Y",
    "TranslateXRel": "TRANSLATE_X",
    "TranslateYRel": "TRANSLATE_Y",
    "AutoContrast": "AUTO_CONTRAST",
    "SolarizeAdd": "SOLARIZE_ADD",
}


def constant(name):
    return NAMES.get(name, name.replace("Increasing", "").upper())


def write_policies():
    """Checksums of whole operations, magnitude included, on the largest of the images above."""
    image = sources()[5]
    size = (image.height, image.width)
    spaces = [
        ("STANDARD", tv.RandAugment()._augmentation_space(31, size), 31, (0, 9, 14, 15, 30)),
        ("STANDARD", tv.AutoAugment()._augmentation_space(10, size), 10, range(10)),
        ("WIDE", tv.TrivialAugmentWide()._augmentation_space(31), 31, range(31)),
        ("AUGMIX", tv.AugMix()._augmentation_space(10, size), 10, range(10)),
    ]
    cases = []
    for space, operations, bins, levels in spaces:
        for name, (magnitudes, signed) in operations.items():
            for level in levels if magnitudes.ndim else (0,):
                for sign in (1, -1) if signed else (1,):
                    magnitude = sign * float(magnitudes[level]) if magnitudes.ndim else 0.0
                    if name == "Posterize" and magnitude == 0:
                        continue  # Pillow refuses to keep no bit
                    result = tv._apply_op(image, name, magnitude, InterpolationMode.BILINEAR, None)
                    cases.append((space, constant(name), bins, float(level), sign, result))
    # timm: magnitude without noise, and the sign fixed.
    hparams = dict(img_mean=(124, 116, 104), interpolation=Image.Resampling.BICUBIC)
    for kind, names in (("TIMM", timm_ops._RAND_TRANSFORMS), ("TIMM_INCREASING", timm_ops._RAND_INCREASING_TRANSFORMS)):
        for name in names:
            for level in (0.0, 2.5, 6.0, 7.3, 10.0):
                if (name, level) in (("Posterize", 0.0), ("PosterizeIncreasing", 10.0)):
                    continue
                for sign in (1, -1):
                    timm_ops._randomly_negate = lambda value, sign=sign: sign * value
                    # timm shifts the source, this project the image: the other sign.
                    if name.startswith("Translate"):
                        timm_ops._randomly_negate = lambda value, sign=sign: -sign * value
                    op = timm_ops.AugmentOp(name, prob=1.0, magnitude=level, hparams=hparams)
                    cases.append((kind, constant(name), 0, level, sign, op(image)))
    out = struct.pack(">2i", *image.size) + image.tobytes() + struct.pack(">i", len(cases))
    for space, name, bins, level, sign, result in cases:
        out += text(space) + text(name) + struct.pack(">idiI", bins, level, sign, zlib.crc32(result.tobytes()))
    (OUT / "policies.bin").write_bytes(out)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write_ops()
    write_policies()

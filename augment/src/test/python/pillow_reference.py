"""Writes the reference pixels of the image tests with Pillow.

Run by hand after changing a case: python augment/src/test/python/pillow_reference.py
Needs Pillow (the stored files come from 13.0.0) and numpy. All numbers are big-endian.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageEnhance

OUT = pathlib.Path(__file__).parent.parent / "resources/io/kitbag/augment/image"


def pattern(width, height):
    """The image that ReferenceImages.pattern in the Java tests computes."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((x * 37 + y * 91 + c * 53 + x * y * (c + 3) // 4) % 256).astype(np.uint8)


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def block(data):
    return struct.pack(">i", len(data)) + data


def write_resize():
    # source size, target size, box
    cases = [
        ((13, 9), (7, 5), (0, 0, 13, 9)),
        ((13, 9), (29, 31), (0, 0, 13, 9)),
        ((40, 30), (11, 11), (0, 0, 40, 30)),
        ((40, 30), (32, 32), (3, 5, 24, 29)),
        ((33, 47), (33, 12), (0, 0, 33, 47)),
        ((33, 47), (16, 47), (0, 0, 33, 47)),
        ((21, 17), (10, 10), (2.5, 1.25, 19.75, 16.5)),
        ((21, 17), (24, 24), (2.5, 1.25, 7.75, 6.5)),
        ((97, 3), (5, 9), (0, 0, 97, 3)),
        ((1, 1), (4, 3), (0, 0, 1, 1)),
        ((64, 64), (1, 1), (0, 0, 64, 64)),
        ((20, 20), (20, 20), (0, 0, 20, 20)),
        ((20, 20), (10, 10), (5, 5, 15, 15)),
        # Since 13.0 the columns come first if the height shrinks by more than twice what the width does.
        ((20, 90), (40, 30), (0, 0, 20, 90)),
        ((40, 60), (30, 40), (0, 0, 40, 60)),
        ((40, 61), (30, 40), (0, 0, 40, 61)),
        ((40, 90), (50, 30), (3.5, 2, 36, 80.25)),
    ]
    out = struct.pack(">i", len(cases))
    for source, target, box in cases:
        image = Image.fromarray(pattern(*source))
        resized = image.resize(target, Image.Resampling.BILINEAR, box=box)
        out += struct.pack(">4i4f", *source, *target, *box) + resized.tobytes()
    (OUT / "resize.bin").write_bytes(out)


def adjust_hue(image, factor):
    """torchvision.transforms._functional_pil.adjust_hue"""
    h, s, v = image.convert("HSV").split()
    shifted = np.array(h, dtype=np.uint8).astype(np.int32) + int(factor * 255)
    h = Image.fromarray((shifted % 256).astype(np.uint8))
    return Image.merge("HSV", (h, s, v)).convert("RGB")


def write_colour():
    rng = np.random.default_rng(1)
    source = rng.integers(0, 256, (24, 32, 3), dtype=np.uint8)
    source[:4] = source[:4, :, :1]  # greys
    source[4:6] = rng.integers(0, 3, (2, 32, 3))  # nearly black
    source[6:8] = rng.integers(253, 256, (2, 32, 3))  # nearly white
    source[8:16] = rng.integers(90, 170, (8, 32, 3))  # dull
    image = Image.fromarray(source)
    cases = []
    for factor in (0.0, 0.6, 0.9137, 1.0, 1.4, 2.5):
        cases.append(("brightness", factor, ImageEnhance.Brightness(image).enhance(factor)))
        cases.append(("contrast", factor, ImageEnhance.Contrast(image).enhance(factor)))
        cases.append(("saturation", factor, ImageEnhance.Color(image).enhance(factor)))
    for factor in (-0.5, -0.13, 0.0, 0.1, 0.5):
        cases.append(("hue", factor, adjust_hue(image, factor)))
    out = struct.pack(">2i", 32, 24) + image.tobytes() + struct.pack(">i", len(cases))
    for name, factor, result in cases:
        out += text(name) + struct.pack(">d", factor) + result.tobytes()
    (OUT / "colour.bin").write_bytes(out)


def png(width, height, depth, colour_type, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def write_files():
    smooth = Image.fromarray(pattern(12, 9)).resize((45, 37), Image.Resampling.BICUBIC)
    noisy = Image.fromarray(pattern(19, 14))
    alpha = noisy.convert("RGBA")
    alpha.putalpha(Image.fromarray(pattern(19, 14)[:, :, 1]))
    cmyk = saved(smooth.convert("CMYK"), "JPEG", quality=95)
    # The byte after "Adobe", version and flags is the colour transform: 2 makes it YCCK.
    at = cmyk.index(b"Adobe") + 11
    ycck = cmyk[:at] + b"\x02" + cmyk[at + 1 :]
    wide = (pattern(19, 14).astype(np.uint16) * 256 + 77).astype(">u2")
    cases = [
        ("444.jpg", saved(smooth, "JPEG", quality=92, subsampling=0)),
        ("420.jpg", saved(smooth, "JPEG", quality=85)),
        ("progressive.jpg", saved(smooth, "JPEG", quality=90, progressive=True)),
        ("grey.jpg", saved(smooth.convert("L"), "JPEG", quality=90)),
        ("cmyk.jpg", cmyk),
        ("ycck.jpg", ycck),
        ("rgb.png", saved(noisy, "PNG")),
        ("alpha.png", saved(alpha, "PNG")),
        ("grey.png", saved(noisy.convert("L"), "PNG")),
        ("grey-alpha.png", saved(alpha.convert("LA"), "PNG")),
        ("bilevel.png", saved(noisy.convert("1"), "PNG")),
        ("palette.png", saved(noisy.quantize(20), "PNG")),
        ("wide.png", png(19, 14, 16, 2, [row.tobytes() for row in wide])),
        ("rgb.bmp", saved(noisy, "BMP")),
        ("palette.bmp", saved(noisy.quantize(20), "BMP")),
        ("palette.gif", saved(noisy.quantize(20), "GIF")),
    ]
    out = struct.pack(">i", len(cases))
    for name, data in cases:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        out += text(name) + block(data) + struct.pack(">2i", *image.size) + image.tobytes()
    # Pillow has no 8-bit reading of 16-bit grey: the upper byte, as for colour.
    grey = wide[:, :, 0]
    rgb = np.repeat((grey >> 8).astype(np.uint8)[:, :, None], 3, axis=2)
    data = png(19, 14, 16, 0, [row.tobytes() for row in grey])
    out += text("wide-grey.png") + block(data) + struct.pack(">2i", 19, 14) + rgb.tobytes()
    out = struct.pack(">i", len(cases) + 1) + out[4:]
    (OUT / "files.bin").write_bytes(out)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write_resize()
    write_colour()
    write_files()

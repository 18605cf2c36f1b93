"""Writes JPEGs of every kind with the checksums of libjpeg-turbo's planes and of Pillow's RGB.

    python jpeg_reference.py golden                      the resource of JpegDecoderTest
    python jpeg_reference.py corpus DIR COUNT PHOTO...   files and expected.tsv for JpegCorpusTest

Needs a C compiler, libjpeg-turbo's and zlib's headers (the stored values are of 2.1.5), numpy and Pillow (13.0.0).
A line of expected.tsv: file, number of components, width, height and CRC-32 of each component's samples row by row,
CRC-32 of Pillow's RGB, left, top, width and height of a part, CRC-32 of that part resized by Pillow to 224 x 224.
"""

import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "resources/io/kitbag/augment/internal/jpeg/golden.bin"
FACTORS = ["1x1,1x1,1x1", "2x2,1x1,1x1", "2x1,1x1,1x1", "1x2,1x1,1x1", "4x1,1x1,1x1", "4x2,1x1,1x1", "2x2,2x1,1x2",
           "1x4,1x1,1x1", "2x2,1x1,2x2"]


def build_tool(folder):
    tool = folder / "jpegtool"
    subprocess.run(["cc", "-O2", "-o", tool, HERE.parent / "c/jpegtool.c", "-ljpeg", "-lz"], check=True)
    return tool


def synthetic(width, height, rng):
    """Smooth colours, an edge and noise: blocks with few and with many coefficients."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([120 + 100 * np.sin(x / 9 + y / 23), 128 + 90 * np.cos(y / 7), 2 * x + 3 * y], -1)
    base[(x + 2 * y) % 41 < 13] = (250, 20, 30)
    noise = rng.normal(0, 12, base.shape) * ((x // 16 + y // 16) % 3 == 0)[..., None]
    return Image.fromarray(np.clip(base + noise, 0, 255).astype(np.uint8))


def encode(tool, image, path, quality, factors, restart, progressive, optimize, colours):
    ppm = path.with_suffix(".ppm")
    image.convert("RGB").save(ppm)
    subprocess.run([tool, "encode", ppm, path, *map(str, (quality, factors, restart, int(progressive), int(optimize),
                                                         colours))], check=True)
    ppm.unlink()


def expected(tool, files):
    lines = []
    for start in range(0, len(files), 200):
        some = files[start:start + 200]
        out = subprocess.run([tool, "planes", *some], check=True, capture_output=True, text=True).stdout.splitlines()
        for path, line in zip(some, out):
            planes = [int(value) for value in line.split("\t")[1:]]
            rgb = zlib.crc32(Image.open(path).convert("RGB").tobytes())
            lines.append((path, planes, rgb))
    return lines


def golden():
    rng = np.random.default_rng(1)
    cases = []
    for factors in FACTORS:
        for progressive in (0, 1):
            cases.append((61, 47, 85, factors, 0, progressive, 0, "ycc"))
    sizes = [(1, 1), (2, 3), (5, 8), (8, 8), (17, 5), (100, 13), (16, 33), (3, 40)]
    for i, size in enumerate(sizes):
        cases.append((*size, 90, FACTORS[1 + i % 3], 0, i % 2, 0, "ycc"))
    cases += [(61, 47, 30, FACTORS[1], 1, 0, 0, "ycc"), (61, 47, 95, FACTORS[2], 3, 0, 1, "ycc"),
              (61, 47, 75, FACTORS[1], 2, 1, 0, "ycc"), (61, 47, 100, FACTORS[0], 0, 0, 1, "ycc"),
              (61, 47, 5, FACTORS[1], 0, 0, 0, "ycc"), (61, 47, 80, FACTORS[0], 0, 0, 0, "rgb"),
              (61, 47, 80, "1x1", 0, 0, 0, "grey"), (61, 47, 80, "2x2", 4, 1, 0, "grey"),
              (200, 150, 88, FACTORS[1], 0, 0, 0, "ycc"), (200, 150, 88, FACTORS[1], 0, 1, 0, "ycc")]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tool = build_tool(folder)
        files = []
        for i, (width, height, *options) in enumerate(cases):
            colours = options[-1]
            kind = "progressive" if options[3] else "baseline"
            path = folder / f"{i}-{width}x{height}-q{options[0]}-{options[1].replace(',', '_')}-r{options[2]}-{kind}-{colours}.jpg"
            encode(tool, synthetic(width, height, rng), path, *options)
            files.append(path)
        out = struct.pack(">i", len(files))
        for path, planes, rgb in expected(tool, files):
            encoded = path.read_bytes()
            title = path.stem.encode()
            out += struct.pack(">H", len(title)) + title + struct.pack(">i", len(encoded)) + encoded
            out += struct.pack(">i", len(planes) // 3)
            out += b"".join(struct.pack(">iiI", *planes[i:i + 3]) for i in range(0, len(planes), 3))
            out += struct.pack(">I", rgb)
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_bytes(out)
        print(GOLDEN, len(out), "bytes")


def corpus(folder, count, photos):
    folder.mkdir(parents=True, exist_ok=True)
    tool = build_tool(folder)
    rng = np.random.default_rng(7)
    choose = random.Random(7)
    sources = [Image.open(photo).convert("RGB") for photo in photos]
    files = []
    for i in range(count):
        source = choose.choice(sources)
        width = choose.randint(24, min(source.width, 700))
        height = choose.randint(24, min(source.height, 700))
        left = choose.randint(0, source.width - width)
        top = choose.randint(0, source.height - height)
        part = source.crop((left, top, left + width, top + height))
        if choose.random() < 0.3:
            pixels = np.asarray(part).astype(np.float32) + rng.normal(0, choose.choice([4, 12, 30]), (height, width, 3))
            part = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        colours = choose.choices(["ycc", "grey", "rgb"], [20, 2, 1])[0]
        factors = {"ycc": choose.choices(FACTORS, [4, 10, 4, 2, 2, 1, 1, 1, 1])[0], "grey": "1x1", "rgb": FACTORS[0]}[colours]
        path = folder / f"{i:05d}.jpg"
        encode(tool, part, path, choose.choice([10, 30, 50, 75, 85, 90, 95, 100]), factors,
               choose.choice([0, 0, 0, 1, 2, 7, 40]), choose.random() < 0.3, choose.random() < 0.3, colours)
        files.append(path)
    with open(folder / "expected.tsv", "w") as out:
        for path, planes, rgb in expected(tool, files):
            print(path.name, len(planes) // 3, *planes, rgb, *resized(path, choose), sep="\t", file=out)


def resized(path, choose):
    image = Image.open(path).convert("RGB")
    width, height = (choose.randint(1, side) for side in image.size)
    left, top = choose.randint(0, image.width - width), choose.randint(0, image.height - height)
    part = image.crop((left, top, left + width, top + height)).resize((224, 224), Image.BILINEAR)
    return left, top, width, height, zlib.crc32(part.tobytes())


if __name__ == "__main__":
    if sys.argv[1] == "golden":
        golden()
    else:
        corpus(pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])

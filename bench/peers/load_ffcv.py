"""A loader of FFCV's own files.

Requirements: ffcv, which pip compiles, with torch, pillow and numpy
"""

import multiprocessing
import os
import pathlib
from importlib import metadata
from unittest import mock

# Read when numba and OpenCV start: room for as many threads as may be asked for, and no others.
os.environ.setdefault("NUMBA_NUM_THREADS", str(max(16, multiprocessing.cpu_count())))
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")

from ffcv import transforms
from ffcv.fields import RGBImageField
from ffcv.fields.rgb_image import RandomResizedCropRGBImageDecoder
from ffcv.libffcv import imdecode, resize_crop
from ffcv.loader import Loader, OrderOption
from ffcv.memory_managers import OSCacheManager
from ffcv.reader import Reader
from ffcv.writer import DatasetWriter
import numba
import numpy as np
from PIL import Image
import torch

from load_files import JITTER, paths

# FFCV's default; the photos that the bench paints have the same.
QUALITY = 90

COLORS = {
    "brightness": transforms.RandomBrightness,
    "contrast": transforms.RandomContrast,
    "saturation": transforms.RandomSaturation,
}


class Ffcv:
    """What numba makes of FFCV's decoder and transforms, with a loader for each number of threads."""

    def __init__(self, setting):
        self.paths = paths(setting)
        self.size = setting["size"]
        self.batch = setting["batch"]
        self.seed = setting["seed"]
        self.file = str(pathlib.Path(setting["photos"]).parent / "photos.beton")
        self.loaders = {}
        self.written = False

    def versions(self):
        return f"FFCV {metadata.version('ffcv')}, numba {numba.__version__}, PyTorch {torch.__version__}"

    def write(self):
        if not self.written:
            field = RGBImageField(write_mode="jpg", jpeg_quality=QUALITY)
            writer = DatasetWriter(self.file, {"image": field}, num_workers=multiprocessing.cpu_count())
            writer.from_indexed_dataset(Photos(self.paths))
            self.written = True

    def sample(self, changes):
        self.write()
        reader = Reader(self.file)
        manager = OSCacheManager(reader)
        read = manager.compile_reader()
        with manager.schedule_epoch([]) as context:
            return [self.change(reader.metadata["f0"][c["index"]], read, context.state, c) for c in changes]

    def change(self, entry, read, state, change):
        """FFCV's own functions, called one by one with what it else draws at random."""
        height, width = int(entry["height"]), int(entry["width"])
        image = np.empty((height, width, 3), np.uint8)
        imdecode(read(entry["data_ptr"], state), image, height, width, height, width)
        part = np.empty((1, self.size, self.size, 3), np.uint8)
        x, y = change["x"], change["y"]
        resize_crop(image, y, y + change["height"], x, x + change["width"], part[0])
        flip = transforms.RandomHorizontalFlip(float(change["mirrored"])).generate_code()
        part = flip(part, np.empty_like(part))
        for step in change["steps"]:
            adjust = COLORS[step["kind"]](JITTER, p=1.0).generate_code()
            with mock.patch("numpy.random.uniform", lambda low, high, count: np.full(count, step["factor"])):
                part = adjust(part)
        return part[0].transpose(2, 0, 1)

    def epoch(self, workers, images):
        self.write()
        if workers not in self.loaders:
            self.loaders[workers] = self.loading(workers)
            # numba compiles at the first batch, which would be taken for slow loading.
            for _ in self.running(workers, self.batch):
                pass
        return self.running(workers, images)

    def running(self, workers, images):
        """Starts the threads when the first batch is asked for."""
        loader = self.loaders[workers]
        # The images over and over, as many as are asked for.
        loader.traversal_order.indices = np.resize(np.arange(len(self.paths)), images)
        loader.first_traversal_order = loader.next_traversal_order()
        yield from loader

    def loading(self, threads):
        steps = [
            RandomResizedCropRGBImageDecoder((self.size, self.size)),
            transforms.RandomHorizontalFlip(),
            *(color(JITTER, p=1.0) for color in COLORS.values()),
            transforms.ToTensor(),
            transforms.ToTorchImage(channels_last=False),
        ]
        return Loader(
            self.file,
            batch_size=self.batch,
            num_workers=threads,
            os_cache=True,
            order=OrderOption.RANDOM,
            seed=self.seed,
            pipelines={"image": steps},
        )


class Photos:
    """What is written: decoded images."""

    def __init__(self, paths):
        self.paths = paths

    def __getitem__(self, index):
        with Image.open(self.paths[index]) as image:
            return (np.asarray(image.convert("RGB")),)

    def __len__(self):
        return len(self.paths)

"""Loaders of image files: torchvision's transforms on Pillow's images, and OpenCV.

Requirements: torch, torchvision >= 0.15, pillow, numpy; opencv-python-headless
"""

import math
import pathlib
import random
import warnings

JITTER = 0.4
GREY = (0.299, 0.587, 0.114)


class Torchvision:
    """torchvision.transforms.v2 on PIL images, and uint8 tensors out of them."""

    def __init__(self, size):
        import torch
        import torchvision

        warnings.filterwarnings("ignore")
        if hasattr(torchvision, "disable_beta_transforms_warning"):
            torchvision.disable_beta_transforms_warning()
        from torchvision.transforms import v2

        torch.set_num_threads(1)
        self.size = size
        self.transform = v2.Compose(
            [
                v2.RandomResizedCrop(size, antialias=True),
                v2.RandomHorizontalFlip(),
                v2.ColorJitter(JITTER, JITTER, JITTER),
                v2.PILToTensor(),
            ]
        )

    def versions(self):
        import PIL.features
        import torchvision

        return (
            f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}"
            f" with libjpeg-turbo {PIL.features.version('libjpeg_turbo')}"
        )

    def read(self, path):
        from PIL import Image

        with open(path, "rb") as file:
            return Image.open(file).convert("RGB")

    def load(self, path):
        return self.transform(self.read(path))

    def batch(self, images):
        import torch

        return torch.stack(images)

    def change(self, image, change):
        """Carries out decisions; the result is planes of red, green and blue."""
        import numpy as np
        from torchvision.transforms.v2 import functional as f

        x, y, width, height = (change[key] for key in ("x", "y", "width", "height"))
        image = f.resized_crop(image, y, x, height, width, [self.size, self.size], antialias=True)
        if change["mirrored"]:
            image = f.hflip(image)
        for step in change["steps"]:
            image = getattr(f, f"adjust_{step['kind']}")(image, step["factor"])
        return np.asarray(image).transpose(2, 0, 1)


class OpenCv:
    """OpenCV with one resize, and all changes of colour in one matrix."""

    def __init__(self, size, area):
        import cv2

        cv2.setNumThreads(1)
        self.size = size
        self.filter = cv2.INTER_AREA if area else cv2.INTER_LINEAR

    def versions(self):
        import cv2

        return f"OpenCV {cv2.__version__}"

    def read(self, path):
        import cv2
        import numpy as np

        with open(path, "rb") as file:
            data = np.frombuffer(file.read(), np.uint8)
        # Pillow and torchvision do not turn images as EXIF says.
        return cv2.imdecode(data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)

    def load(self, path):
        image = self.read(path)
        x, y, width, height = crop(image.shape[1], image.shape[0])
        kinds = ["brightness", "contrast", "saturation"]
        random.shuffle(kinds)
        steps = [(kind, random.uniform(1 - JITTER, 1 + JITTER)) for kind in kinds]
        return self.changed(image, x, y, width, height, random.random() < 0.5, steps)

    def changed(self, image, x, y, width, height, mirrored, steps):
        import cv2
        import numpy as np

        part = cv2.resize(image[y : y + height, x : x + width], (self.size, self.size), interpolation=self.filter)
        if mirrored:
            part = cv2.flip(part, 1)
        part = cv2.transform(part, matrix(steps, cv2.mean(part)))
        planes = np.empty((3, self.size, self.size), np.uint8)
        # Blue, green and red, each into its place.
        cv2.split(part, [planes[2], planes[1], planes[0]])
        return planes

    def batch(self, images):
        import numpy as np

        return np.stack(images)

    def change(self, image, change):
        steps = [(step["kind"], step["factor"]) for step in change["steps"]]
        x, y, width, height = (change[key] for key in ("x", "y", "width", "height"))
        return self.changed(image, x, y, width, height, change["mirrored"], steps)


def crop(width, height):
    """torchvision's RandomResizedCrop.get_params."""
    low, high = math.log(3 / 4), math.log(4 / 3)
    for _ in range(10):
        area = width * height * random.uniform(0.08, 1)
        ratio = math.exp(random.uniform(low, high))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < w <= width and 0 < h <= height:
            return random.randint(0, width - w), random.randint(0, height - h), w, h
    w = min(width, round(height * 4 / 3))
    h = min(height, round(width * 4 / 3))
    return (width - w) // 2, (height - h) // 2, w, h


def matrix(steps, mean):
    """The steps of a jitter as one 3 x 4 matrix for (blue, green, red, 1); `mean` is that of the image."""
    import numpy as np

    grey = np.array([GREY[2], GREY[1], GREY[0], 0])
    result = np.eye(3, 4)
    level = float(np.dot(grey[:3], mean[:3]))
    for kind, factor in steps:
        other = np.zeros(4)
        if kind == "contrast":
            other[3] = level
        elif kind == "saturation":
            other = grey[:3] @ result
        else:
            level *= factor
        result = factor * result + (1 - factor) * other
    return result


class Images:
    """A map from any index to a loaded image."""

    def __init__(self, loader, paths):
        self.loader = loader
        self.paths = paths

    def __getitem__(self, index):
        return self.loader.load(self.paths[index])

    def __len__(self):
        return len(self.paths)


class Batches:
    """The indices of each batch; how many there are may change from epoch to epoch."""

    def __init__(self, count, size):
        self.count = count
        self.size = size
        self.images = 0

    def __len__(self):
        return self.images // self.size

    def __iter__(self):
        order = []
        for _ in range(len(self)):
            while len(order) < self.size:
                turn = list(range(self.count))
                random.shuffle(turn)
                order += turn
            batch, order = order[: self.size], order[self.size :]
            yield batch


class Files:
    """Image files, one by one; with more than one worker in the processes of a DataLoader."""

    def __init__(self, loader, setting):
        self.loader = loader
        self.versions = loader.versions
        self.paths = paths(setting)
        self.batch = setting["batch"]
        self.runs = {}
        random.seed(setting["seed"])

    def sample(self, changes):
        return [self.loader.change(self.loader.read(self.paths[c["index"]]), c) for c in changes]

    def epoch(self, workers, images):
        if workers not in self.runs:
            self.runs[workers] = self.start(workers)
        batches, run = self.runs[workers]
        batches.images = images
        return run()

    def start(self, workers):
        batches = Batches(len(self.paths), self.batch)
        data = Images(self.loader, self.paths)
        if workers == 1:

            def run():
                for indices in batches:
                    yield self.loader.batch([data[i] for i in indices])

        else:
            from torch.utils.data import DataLoader

            loader = DataLoader(
                data,
                batch_sampler=batches,
                num_workers=workers,
                persistent_workers=True,
                collate_fn=self.loader.batch,
                worker_init_fn=seed_worker,
            )

            def run():
                # Not before the clock runs: this is what sets the workers going.
                yield from loader

        return batches, run


def paths(setting):
    """The image files, in the order of their indices."""
    return sorted(str(path) for path in pathlib.Path(setting["photos"]).rglob("*") if path.is_file())


def seed_worker(worker):
    random.seed(worker)


def torchvision(setting):
    return Files(Torchvision(setting["size"]), setting)


def opencv(setting):
    return Files(OpenCv(setting["size"], setting["contender"] == "OPENCV_AREA"), setting)

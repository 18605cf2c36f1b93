"""A loader of image files: NVIDIA's DALI, on the CPU alone.

Requirements: nvidia-dali-cuda120, numpy
"""

import numpy as np
import nvidia.dali as dali
from nvidia.dali import fn, types

from load_files import JITTER, paths

# Batches that are on their way; DALI's default.
AHEAD = 2


class Dali:
    """A pipeline for each number of threads: only the crop is decoded, its colours change in one matrix."""

    def __init__(self, setting):
        self.paths = paths(setting)
        self.size = setting["size"]
        self.batch = setting["batch"]
        self.seed = setting["seed"]
        self.pipelines = {}

    def versions(self):
        return f"DALI {dali.__version__}"

    def loading(self, threads):
        pipeline = dali.Pipeline(
            self.batch, threads, device_id=None, seed=self.seed, prefetch_queue_depth=AHEAD
        )
        with pipeline:
            data, _ = fn.readers.file(files=self.paths, random_shuffle=True, initial_fill=len(self.paths))
            part = fn.decoders.image_random_crop(
                data, output_type=types.RGB, random_area=[0.08, 1.0], random_aspect_ratio=[3 / 4, 4 / 3]
            )
            factors = [fn.random.uniform(range=[1 - JITTER, 1 + JITTER]) for _ in range(3)]
            pipeline.set_outputs(self.finished(part, fn.random.coin_flip(), *factors))
        pipeline.build()
        return pipeline

    def finished(self, part, mirrored, brightness, contrast, saturation):
        """Resized, coloured, mirrored, planes: uint8 all the way."""
        image = fn.resize(part, size=[self.size, self.size], interp_type=types.INTERP_LINEAR)
        image = fn.color_twist(image, brightness=brightness, contrast=contrast, saturation=saturation)
        return fn.crop_mirror_normalize(
            image, mirror=mirrored, mean=[0.0], std=[1.0], dtype=types.UINT8, output_layout="CHW"
        )

    def sample(self, changes):
        pipeline = dali.Pipeline(len(changes), 1, device_id=None)
        inputs = [
            [np.fromfile(self.paths[c["index"]], np.uint8) for c in changes],
            [np.array([c["x"], c["y"]], np.int64) for c in changes],
            [np.array([c["width"], c["height"]], np.int64) for c in changes],
            [np.int32(c["mirrored"]) for c in changes],
            *([factor(c, kind) for c in changes] for kind in ("brightness", "contrast", "saturation")),
        ]
        with pipeline:
            data, at, extent, *others = (fn.external_source(batch, batch=True) for batch in map(once, inputs))
            part = fn.decoders.image_slice(data, at, extent, output_type=types.RGB, axis_names="WH")
            pipeline.set_outputs(self.finished(part, *others))
        pipeline.build()
        return list(pipeline.run()[0].as_array())

    def epoch(self, workers, images):
        if workers not in self.pipelines:
            self.pipelines[workers] = self.loading(workers)
        return batches(self.pipelines[workers], images // self.batch)


def batches(pipeline, count):
    """So many of them, and none is begun that is not asked for."""
    ahead = min(AHEAD, count)
    for _ in range(ahead):
        pipeline.schedule_run()
    for number in range(count):
        yield pipeline.share_outputs()[0].as_tensor()
        pipeline.release_outputs()
        if number + ahead < count:
            pipeline.schedule_run()


def factor(change, kind):
    return np.float32(next(step["factor"] for step in change["steps"] if step["kind"] == kind))


def once(batch):
    return iter([batch])

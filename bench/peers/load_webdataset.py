"""A loader of tar files: WebDataset, with torchvision's transforms on Pillow's images.

Requirements: webdataset; torch, torchvision >= 0.15, pillow, numpy
"""

import io
import itertools
import pathlib

import webdataset

from load_files import Torchvision

# Samples among which the next one is drawn, as in WebDataset's examples.
SHUFFLED = 1000


class Shards:
    """Streams of samples; with more than one worker each process has tar files of its own."""

    def __init__(self, setting):
        self.torchvision = Torchvision(setting["size"])
        self.tars = sorted(str(path) for path in pathlib.Path(setting["shards"]).glob("*.tar"))
        self.batch = setting["batch"]
        self.seed = setting["seed"]
        self.stream = iter(self.data())
        self.loaders = {}

    def versions(self):
        return f"WebDataset {webdataset.__version__}, {self.torchvision.versions()}"

    def data(self):
        """Batches without end."""
        # With detshuffle each pass has another order of the files.
        shards = webdataset.WebDataset(
            self.tars, shardshuffle=len(self.tars), detshuffle=True, seed=self.seed
        )
        return (
            shards.repeat()
            .shuffle(SHUFFLED)
            .decode("pil")
            .to_tuple("jpg")
            .map_tuple(self.torchvision.transform)
            .batched(self.batch, collation_fn=self.collated, partial=False)
        )

    def collated(self, samples):
        return self.torchvision.batch([image for image, in samples])

    def sample(self, changes):
        from PIL import Image

        files = webdataset.WebDataset(self.tars, shardshuffle=False).to_tuple("jpg")
        wanted = {change["index"] for change in changes}
        images = {
            index: Image.open(io.BytesIO(jpeg)).convert("RGB")
            for index, (jpeg,) in enumerate(itertools.islice(files, max(wanted) + 1))
            if index in wanted
        }
        return [self.torchvision.change(images[change["index"]], change) for change in changes]

    def epoch(self, workers, images):
        batches = images // self.batch
        if workers == 1:
            return itertools.islice(self.stream, batches)
        known, loader = self.loaders.get(workers, (0, None))
        if known != batches:
            loader = webdataset.WebLoader(
                self.data().with_epoch(batches // workers),
                batch_size=None,
                num_workers=workers,
                persistent_workers=True,
            )
            self.loaders[workers] = batches, loader
        return running(loader)


def running(loader):
    """Starts the workers when the first batch is asked for."""
    yield from loader

"""How fast Python's loaders make batches of JPEGs.

Started by `kitbag bench pipeline --peers`, one process for each; a line of JSON in, a line of JSON out, until standard input
ends. A loader reads an image, decodes it, cuts out a random part, resizes it, mirrors half of them and changes brightness,
contrast and saturation, as users of its library do it. Each is in a module of its own, which says what it requires.

A loader has versions(), sample(changes), which gives planes of red, green and blue for each, and epoch(workers, images),
whose batches are made while somebody asks for them.
"""

import importlib
import json
import os
import pathlib
import platform
import sys
import time
import traceback

import protocol

LOADERS = {
    "TORCHVISION": ("load_files", "torchvision"),
    "OPENCV": ("load_files", "opencv"),
    "OPENCV_AREA": ("load_files", "opencv"),
    "WEBDATASET": ("load_webdataset", "Shards"),
    "DALI": ("load_dali", "Dali"),
    "FFCV": ("load_ffcv", "Ffcv"),
}


class Peer:
    def __init__(self, setting):
        module, name = LOADERS[setting["contender"]]
        self.loader = getattr(importlib.import_module(module), name)(setting)

    def answer(self, question):
        action = question["action"]
        if action == "OPEN":
            return {"versions": f"{self.loader.versions()}, Python {platform.python_version()}"}
        if action == "SAMPLE":
            pixels = b"".join(planes.tobytes() for planes in self.loader.sample(question["changes"]))
            pathlib.Path(question["file"]).write_bytes(pixels)
            return {}
        if action == "LOAD":
            return self.load(question["workers"], question["images"])
        raise ValueError(f"{action} is not for Python")

    def load(self, workers, images):
        batches = self.loader.epoch(workers, images)
        cpu, start = cpu_seconds(), time.perf_counter()
        for _ in batches:
            pass
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "cpuSeconds": cpu_seconds() - cpu}


def cpu_seconds():
    """Processor time of this process and of those it has started."""
    import multiprocessing

    total = time.process_time()
    ticks = os.sysconf("SC_CLK_TCK")
    for child in multiprocessing.active_children():
        try:
            fields = pathlib.Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) / ticks
        except OSError:
            pass
    return total


def main():
    answers = os.fdopen(os.dup(1), "w")
    # Whatever a library prints is no answer.
    os.dup2(2, 1)
    peer = None
    for line in sys.stdin:
        try:
            question = json.loads(line)
            peer = peer or Peer(question["setting"])
            answer = {"bytes": -1, "seconds": 0, "cpuSeconds": 0, **peer.answer(question)}
        except ModuleNotFoundError as problem:
            answer = {"error": f"not installed: {problem}"}
        except Exception as problem:
            traceback.print_exc()
            answer = {"error": protocol.first_line(problem)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

"""Trains the same network in each number format with several seeds and compares the accuracies.

    python train/src/test/python/formats.py DATA --epochs 6 --set model.name=cifar_resnet20

Run it from the repository's root; DATA is a folder of CIFAR-10. Other options go to every kitbag train. On a CPU fp16
is emulated: its rounding, its overflows and its loss scaling are real, its time is not. Prints a row for each run as it
ends, then the table of docs/precision.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("data")
parser.add_argument("--seeds", default="1,2,3")
parser.add_argument("--formats", default="fp32,bf16,fp16")
arguments, more = parser.parse_known_args()
seeds = [int(seed) for seed in arguments.seeds.split(",")]
formats = arguments.formats.split(",")


def train(seed, compute, directory):
    command = ["./kitbag", "train", "--recipe", "cifar10-resnet", "--data", arguments.data, "--seed", str(seed)]
    command += ["--set", f"precision.compute={compute}", *more, "--run-dir", str(directory), "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


results = {}
for seed in seeds:
    for compute in formats:
        with tempfile.TemporaryDirectory() as parent:
            result = train(seed, compute, Path(parent, "run"))
        results[seed, compute] = result
        print(
            f"seed {seed} {compute}: top-1 {100 * result['top1']:.2f} %, loss {result['loss']:.4f}, "
            f"{result['steps']} steps, {result['skippedSteps']} skipped, {result['seconds']:.0f} s",
            flush=True,
        )

columns = {compute: [100 * results[seed, compute]["top1"] for seed in seeds] for compute in formats}
print("\n| seed |" + "".join(f" {compute} |" for compute in formats))
print("|---|" + "---|" * len(formats))
for row, seed in enumerate(seeds):
    print(f"| {seed} |" + "".join(f" {columns[compute][row]:.2f} % |" for compute in formats))
print("| mean |" + "".join(f" {statistics.mean(values):.2f} % |" for values in columns.values()))
if len(seeds) > 1:
    print("| standard deviation |" + "".join(f" {statistics.stdev(values):.2f} |" for values in columns.values()))

"""Reads the tensors that Kitbag has written: https://github.com/huggingface/safetensors."""

import json

import torch

TYPES = {"F32": torch.float32, "I64": torch.int64, "U8": torch.uint8}


def read(path):
    """Yields (name, tensor) one by one, so that no second copy of all of them is ever in memory."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        header.pop("__metadata__", None)
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            begin, end = entry["data_offsets"]
            values = bytearray(file.read(end - begin))
            yield name, torch.frombuffer(values, dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])


def load(net, path):
    """Copies a file's tensors into a network, all of whose tensors it must have; returns the rest.

    Batch normalisation's counter is left at 0: with a fixed momentum nothing reads it.
    """
    own = {n: t for n, t in net.state_dict().items() if not n.endswith("num_batches_tracked")}
    rest = {}
    for name, tensor in read(path):
        if name in own:
            own.pop(name).copy_(tensor)
        else:
            rest[name] = tensor
    if own:
        raise ValueError(f"{path} lacks {sorted(own)[:4]} ...")
    return rest

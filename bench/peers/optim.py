"""What one optimizer step over a network's parameters costs in PyTorch, in each of its forms.
Started by `kitbag bench optim --peers`."""

import platform
import time

import protocol
import torch

import tensors

RULES = {
    "sgd": lambda momentum: (torch.optim.SGD, {"momentum": momentum}),
    "nag": lambda momentum: (torch.optim.SGD, {"momentum": momentum, "nesterov": True}),
    "rmsprop": lambda momentum: (torch.optim.RMSprop, {"momentum": momentum}),
    "adam": lambda momentum: (torch.optim.Adam, {}),
    "adamw": lambda momentum: (torch.optim.AdamW, {}),
    "nadam": lambda momentum: (torch.optim.NAdam, {}),
}
FORMS = {
    "TORCH_FOREACH": {"foreach": True},
    "TORCH_LOOP": {"foreach": False},
    "TORCH_FUSED": {"fused": True},
}


def measure(question):
    torch.set_num_threads(question["threads"])
    if question["rule"] not in RULES:
        raise ValueError(f"torch.optim has no {question['rule']}")
    kind, settings = RULES[question["rule"]](question["momentum"])
    weights, gradients = {}, {}
    for name, tensor in tensors.read(question["tensors"]):
        which, parameter = name.split(":", 1)
        (weights if which == "weight" else gradients)[parameter] = tensor
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in weights.items()}
    optimizer = kind(
        list(parameters.values()),
        lr=question["learningRate"],
        weight_decay=question["weightDecay"],
        **settings,
        **FORMS[question["program"]],
    )

    def step():
        # Outside of the time: as after a backward pass.
        for name, parameter in parameters.items():
            if parameter.grad is None:
                parameter.grad = torch.empty_like(parameter)
            parameter.grad.copy_(gradients[name])
        start = time.perf_counter()
        optimizer.step()
        return 1e3 * (time.perf_counter() - start)

    for _ in range(question["warmup"]):
        step()
    # In double, of each tensor: how far it has come, and where to.
    moved = []
    for name, parameter in parameters.items():
        way = (parameter.detach().double() - weights[name].double()).flatten()
        alternating = way[::2].sum() - way[1::2].sum()
        moved.append({"name": name, "alternating": alternating.item(), "norm": way.norm().item()})
    times = [step() for _ in range(question["steps"])]
    return {
        "measurement": {
            "stepMs": times,
            "moved": moved,
            "peakMemoryKiB": protocol.peak_memory_kib(),
            "engine": f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        }
    }


if __name__ == "__main__":
    protocol.serve(measure)

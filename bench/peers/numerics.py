"""Whether this PyTorch computes a network's convolutions right on this machine.

From 2.2 on it does not on some virtual machines, without a word: oneDNN takes kernels that are
wrong there. What such a PyTorch needs in time says nothing.
"""

import torch
from torch import nn

# Of the largest value: sums in another order, and, in a reduced format, one rounding of the result.
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 2e-2, torch.float16: 2e-2}


def problem(net, kind, memory_format, device):
    """None, or what differs from float64 among a network's convolutions, forward and backward."""
    layers = {
        (c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding, c.groups): None
        for c in net.modules()
        if isinstance(c, nn.Conv2d)
    }
    errors = {layer: error(layer, kind, memory_format, device) for layer in layers}
    wrong = [layer for layer, size in errors.items() if not size <= TOLERANCE[kind]]
    if not wrong:
        return None
    worst = max(wrong, key=lambda layer: errors[layer])
    channels, out, kernel, stride, _, groups = worst
    return (
        f"{len(wrong)} of {len(layers)} convolutions differ from float64, most that of {channels} to"
        f" {out} channels, kernel {kernel[0]}x{kernel[1]}, stride {stride[0]}, {groups} groups:"
        f" by {errors[worst]:.0e} of its largest value"
    )


def error(layer, kind, memory_format, device):
    """The largest of the result and both gradients, relative to the largest value of each."""
    channels, out, kernel, stride, padding, groups = layer
    random = torch.Generator().manual_seed(0)

    def draw(*shape):
        values = torch.rand(shape, generator=random) - 0.5
        return values.to(device).to(kind).to(memory_format=memory_format)

    x, weight = draw(2, channels, 9, 9), draw(out, channels // groups, *kernel)

    def run(kind):
        inputs = [t.detach().to(kind).requires_grad_() for t in (x, weight)]
        y = nn.functional.conv2d(*inputs, None, stride, padding, 1, groups)
        seed = torch.linspace(-1, 1, y.numel(), device=device).reshape(y.shape)
        # Both get the gradient that the reduced format can hold.
        y.backward(seed.to(x.dtype).to(kind))
        return [y.detach(), *(t.grad for t in inputs)]

    return max(
        ((found.double() - exact).abs().max() / exact.abs().max()).item()
        for found, exact in zip(run(kind), run(torch.float64))
    )

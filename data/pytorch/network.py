"""A network that mixop trained, for PyTorch; needs nothing but torch.

    model = load("network.safetensors")        # in evaluation mode
    logits = model(normalise(images))          # images: [N, C, H, W], 0 to 1

Also a program: python network.py network.safetensors prints what it loaded.
"""

import json
import struct
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

NETWORK = json.loads(r"""@NETWORK@""")


class Layers(nn.Module):
    """A chain of layers under the names of the published code: op.1, op.2, ..., or conv_1, conv_2 and bn."""

    def __init__(self, layers, stride, inputs, outputs=None):
        super().__init__()
        outputs = outputs or inputs
        self.layers, self.stride, self.op = layers, stride, nn.ModuleDict()
        channels = inputs
        for index, layer in enumerate(layers):
            kind = layer["kind"]
            step = stride if layer.get("stride") == "edge" else layer.get("stride")
            if kind == "convolution":
                size = layer["kernel"] if isinstance(layer["kernel"], list) else [layer["kernel"]] * 2
                pads = [k // 2 for k in size]
                self.op[str(index)] = nn.Conv2d(channels, outputs, size, step, pads, bias=False)
                channels = outputs
            elif kind == "depthwise":
                kernel, dilation = layer["kernel"], layer["dilation"]
                pad = dilation * (kernel - 1) // 2
                self.op[str(index)] = nn.Conv2d(
                    channels, channels, kernel, step, pad, dilation, groups=channels, bias=False
                )
            elif kind == "norm" and layers[index - 1]["kind"] == "factorizedReduce":
                self.bn = nn.BatchNorm2d(channels)
            elif kind == "norm":
                self.op[str(index)] = nn.BatchNorm2d(channels)
            elif kind == "factorizedReduce":
                self.conv_1 = nn.Conv2d(channels, outputs // 2, 1, 2, bias=False)
                self.conv_2 = nn.Conv2d(channels, outputs // 2, 1, 2, bias=False)
                channels = outputs

    def forward(self, x):
        for index, layer in enumerate(self.layers):
            kind = layer["kind"]
            if kind == "relu":
                x = F.relu(x)
            elif kind == "pool":
                step = self.stride if layer["stride"] == "edge" else layer["stride"]
                if layer["mode"] == "max":
                    x = F.max_pool2d(x, 3, step, 1)
                else:
                    x = F.avg_pool2d(x, 3, step, 1, count_include_pad=False)
            elif kind == "factorizedReduce":
                # At odd sizes the shifted pixel beyond the border is zero.
                height, width = x.shape[2:]
                shifted = F.pad(x, (0, width % 2, 0, height % 2))[:, :, 1:, 1:]
                x = torch.cat([self.conv_1(x), self.conv_2(shifted)], 1)
            elif kind == "norm" and self.layers[index - 1]["kind"] == "factorizedReduce":
                x = self.bn(x)
            else:
                x = self.op[str(index)](x)
        return x


RELU, NORM = {"kind": "relu"}, {"kind": "norm"}
POINTWISE = [RELU, {"kind": "convolution", "kernel": 1, "stride": 1}, NORM]
REDUCE = [RELU, {"kind": "factorizedReduce"}, NORM]


class Cell(nn.Module):
    def __init__(self, cell, block, inputs):
        super().__init__()
        self.cell, channels = cell, block["channels"]
        if cell["inputs"] == 2:
            first = REDUCE if block["afterReduction"] else POINTWISE
            self.preprocess0 = Layers(first, 1, inputs[0], channels)
            self.preprocess1 = Layers(POINTWISE, 1, inputs[1], channels)
        for edge in cell["edges"]:
            prefix, index = edge["name"].split(".")
            if not hasattr(self, prefix):
                setattr(self, prefix, nn.ModuleDict())
            getattr(self, prefix)[index] = Layers(edge["layers"], edge["stride"], channels)
        self.outputs = channels * len(cell["output"])

    def forward(self, before, last):
        states = [last]
        if self.cell["inputs"] == 2:
            states = [self.preprocess0(before), self.preprocess1(last)]
        for node in range(self.cell["nodes"]):
            terms = []
            for edge in self.cell["edges"]:
                if edge["node"] == node:
                    prefix, index = edge["name"].split(".")
                    terms.append(getattr(self, prefix)[index](states[edge["from"]]))
            states.append(sum(terms[1:], terms[0]) if terms else self.zeros(states[0]))
        return torch.cat([states[i] for i in self.cell["output"]], 1)

    def zeros(self, x):
        n, c, h, w = x.shape
        stride = self.cell["inputStride"]
        return x.new_zeros(n, c, -(-h // stride), -(-w // stride))


class Residual(nn.Module):
    """The block of NAS-Bench-201 that halves images."""

    def __init__(self, block, inputs):
        super().__init__()
        channels = block["channels"]
        half, keep = ({"kind": "convolution", "kernel": 3, "stride": s} for s in (2, 1))
        self.conv_a = Layers([RELU, half, NORM], 1, inputs[1], channels)
        self.conv_b = Layers([RELU, keep, NORM], 1, channels)
        self.downsample = nn.ModuleDict({"1": nn.Conv2d(inputs[1], channels, 1, bias=False)})
        self.outputs = channels

    def forward(self, before, last):
        # At odd sizes the last windows are smaller.
        small = F.avg_pool2d(last, 2, ceil_mode=True, count_include_pad=False)
        return self.conv_b(self.conv_a(last)) + self.downsample["1"](small)


class Network(nn.Module):
    def __init__(self, network=NETWORK):
        super().__init__()
        colours, stem = network["image"]["channels"], network["stemChannels"]
        self.halving = network["halving"]
        if self.halving:
            half = stem // 2
            self.stem0 = nn.Sequential(
                nn.Conv2d(colours, half, 3, 2, 1, bias=False),
                nn.BatchNorm2d(half),
                nn.ReLU(),
                nn.Conv2d(half, stem, 3, 2, 1, bias=False),
                nn.BatchNorm2d(stem),
            )
            self.stem1 = nn.Sequential(
                nn.ReLU(), nn.Conv2d(stem, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem)
            )
        else:
            self.stem = nn.Sequential(
                nn.Conv2d(colours, stem, 3, 1, 1, bias=False), nn.BatchNorm2d(stem)
            )
        inputs = [stem, stem]
        self.cells = nn.ModuleList()
        for block in network["blocks"]:
            if block["kind"] == "cell":
                made = Cell(network["cells"][block["cell"]], block, inputs)
            else:
                made = Residual(block, inputs)
            self.cells.append(made)
            inputs = [inputs[1], made.outputs]
        if network["normBeforeHead"]:
            self.lastact = nn.Sequential(nn.BatchNorm2d(inputs[1]), nn.ReLU())
        self.classifier = nn.Linear(inputs[1], network["classes"])

    def forward(self, images):
        if self.halving:
            before = self.stem0(images)
            last = self.stem1(before)
        else:
            before = last = self.stem(images)
        for cell in self.cells:
            before, last = last, cell(before, last)
        if hasattr(self, "lastact"):
            last = self.lastact(last)
        return self.classifier(last.mean((2, 3)))


def normalise(images):
    """images: [N, C, H, W], shares of full white."""
    mean, deviation = (
        torch.tensor(NETWORK["normalisation"][key]).view(1, -1, 1, 1) for key in ("mean", "deviation")
    )
    return (images - mean) / deviation


def read_safetensors(path):
    """The tensors of a file, all float32; a checkpoint's counters are passed over."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            values = torch.frombuffer(data[begin:end], dtype=torch.float32)
            tensors[name] = values.reshape(entry["shape"]).clone()
    return tensors


def load(path):
    """The trained network in evaluation mode. Raises where a tensor is missing or of another shape."""
    model = Network()
    tensors = read_safetensors(path)
    wanted = {name for name in model.state_dict() if not name.endswith(".num_batches_tracked")}
    missing = sorted(wanted - set(tensors))
    if missing:
        raise KeyError(f"{path} has no tensor {missing[0]}")
    model.load_state_dict({name: tensors[name] for name in wanted}, strict=False)
    return model.eval()


if __name__ == "__main__":
    network = load(sys.argv[1])
    count = sum(parameter.numel() for parameter in network.parameters())
    print(f"{count:,} parameters, {NETWORK['classes']} classes: {NETWORK['genotype']}")

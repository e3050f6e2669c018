#!/usr/bin/env python3
"""An unfused DARTS supernet in plain PyTorch (>= 1.13): the peer that the search is compared with.

`check` loads a fixture folder in float64 and judges every quantity of a search step against it;
`step` times whole search steps. Written from the specification (Liu et al., DARTS, ICLR 2019,
section 2 and appendix A.1), one file on purpose, over the usual length, so that it can be copied to
any machine that has PyTorch and run there. It does not search, derive or save anything.
"""
from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import time
from functools import reduce
from operator import add
from pathlib import Path
from typing import Callable, NoReturn, Sequence

try:
    import torch
except ImportError:
    print("pytorch-darts.py: error: PyTorch is not installed (Debian: apt-get install python3-torch)", file=sys.stderr)
    sys.exit(2)
from torch import Tensor, nn
from torch.nn import functional as F

CLASSES = 10
NODES = 4
EDGES = 14
OPERATIONS = (
    "none", "max_pool_3x3", "avg_pool_3x3", "skip_connect",
    "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5",
)
WEIGHT_LR, MOMENTUM, WEIGHT_DECAY, CLIP = 0.025, 0.9, 3e-4, 5.0
ALPHA_LR, ALPHA_BETAS, ALPHA_EPS, ALPHA_DECAY = 3e-4, (0.5, 0.999), 1e-8, 1e-3
PERTURBATION = 0.01  # epsilon of the finite difference is this over ||v||
KNOWN_COUNTS = {(4, 3): 72_854, (8, 4): 347_298, (16, 8): 1_930_618}  # (channels, cells), 10 classes
BOUND, SECOND_ORDER_BOUND = 1e-6, 1e-4  # relative L2; the first is the limit of float32 storage
LAYOUTS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}

Batch = tuple  # (images N,3,S,S; labels N)


class UsageError(Exception):
    """Bad arguments or input files: one line for the user, exit code 2."""


# ---- the network: N images, C channels, S pixels a side ----


def batch_norm(channels: int) -> nn.Module:
    """Affine-free batch norm; statistics are the batch's throughout a search, so none are kept."""
    return nn.BatchNorm2d(channels, affine=False, track_running_stats=False)


def depthwise(channels: int, kernel: int, stride: int, dilation: int = 1) -> nn.Module:
    """Depthwise convolution that keeps S at stride 1."""
    pad = dilation * (kernel // 2)
    return nn.Conv2d(channels, channels, kernel, stride, pad, dilation, groups=channels, bias=False)


def pointwise(c_in: int, c_out: int, stride: int = 1) -> nn.Module:
    """1x1 convolution."""
    return nn.Conv2d(c_in, c_out, 1, stride, bias=False)


class Chain(nn.Module):
    """Modules in sequence under the name `op`, as the fixtures name them."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.op = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.op(x)


class FactorizedReduce(nn.Module):
    """Halves S: two strided 1x1 convolutions, one a pixel off, side by side. S must be even."""

    def __init__(self, c_in: int, c_out: int) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.conv_1 = pointwise(c_in, c_out // 2, 2)
        self.conv_2 = pointwise(c_in, c_out // 2, 2)
        self.bn = batch_norm(c_out)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(x)
        return self.bn(torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], dim=1))


def relu_conv_bn(c_in: int, c_out: int) -> nn.Module:
    """ReLU, 1x1, BN."""
    return Chain(nn.ReLU(), pointwise(c_in, c_out), batch_norm(c_out))


def sep_conv(channels: int, kernel: int, stride: int) -> nn.Module:
    """Depthwise-separable convolution, twice."""
    return Chain(
        nn.ReLU(), depthwise(channels, kernel, stride), pointwise(channels, channels), batch_norm(channels),
        nn.ReLU(), depthwise(channels, kernel, 1), pointwise(channels, channels), batch_norm(channels),
    )


def dil_conv(channels: int, kernel: int, stride: int) -> nn.Module:
    """Depthwise-separable convolution with dilation 2, once."""
    return Chain(
        nn.ReLU(), depthwise(channels, kernel, stride, 2), pointwise(channels, channels), batch_norm(channels)
    )


def operation(name: str, channels: int, stride: int) -> nn.Module:
    """The module of one candidate operation other than `none`."""
    if name == "max_pool_3x3":
        return nn.Sequential(nn.MaxPool2d(3, stride, 1), batch_norm(channels))
    if name == "avg_pool_3x3":
        return nn.Sequential(nn.AvgPool2d(3, stride, 1, count_include_pad=False), batch_norm(channels))
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else FactorizedReduce(channels, channels)
    kernel = int(name[-1])
    return (sep_conv if name.startswith("sep") else dil_conv)(channels, kernel, stride)


class MixedOp(nn.Module):
    """One edge: sum_k p_k op_k(x).

    `none` (column 0) has its share of the softmax but no module: it adds zero, and its probability's
    gradient is zero, so nothing needs to be computed for it. The published code multiplies x by 0.
    """

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        named = list(enumerate(OPERATIONS))[1:]
        self._ops = nn.ModuleDict({str(k): operation(name, channels, stride) for k, name in named})

    def forward(self, x: Tensor, probabilities: Sequence[Tensor]) -> Tensor:
        return reduce(add, (p * op(x) for p, op in zip(probabilities[1:], self._ops.values())))


class Cell(nn.Module):
    """Two inputs, four nodes; node i sums over its 2 + i incoming edges. Output: 4C channels."""

    def __init__(self, c_before: int, c_last: int, channels: int, reduction: bool, after_reduction: bool) -> None:
        super().__init__()
        self.reduction = reduction
        self.preprocess0 = (FactorizedReduce if after_reduction else relu_conv_bn)(c_before, channels)
        self.preprocess1 = relu_conv_bn(c_last, channels)
        strides = [2 if reduction and start < 2 else 1 for node in range(NODES) for start in range(2 + node)]
        self._ops = nn.ModuleList(MixedOp(channels, stride) for stride in strides)

    def forward(self, s0: Tensor, s1: Tensor, probabilities: Sequence[Sequence[Tensor]]) -> Tensor:
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        edge = 0
        for _ in range(NODES):
            incoming = [self._ops[edge + j](s, probabilities[edge + j]) for j, s in enumerate(states)]
            edge += len(incoming)
            states.append(reduce(add, incoming))
        return torch.cat(states[2:], dim=1)


def reduction_cells(cells: int) -> set[int]:
    """Indices of the cells that halve the image and double the channels."""
    return {cells // 3, 2 * cells // 3}


def rows(alpha: Tensor) -> list:
    """alpha (14x8) as 14 rows of 8 scalars, after the softmax; all cells of a kind share them."""
    return [row.unbind() for row in alpha.softmax(dim=-1).unbind()]


class Supernet(nn.Module):
    """Stem, cells, global average pool, linear. alpha is an argument, so all parameters are weights."""

    def __init__(self, channels: int, cells: int) -> None:
        super().__init__()
        stem = 3 * channels
        self.stem = nn.Sequential(
            nn.Conv2d(3, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem, track_running_stats=False)
        )
        self.cells = nn.ModuleList()
        c_before, c_last, after_reduction = stem, stem, False
        for index in range(cells):
            reduction = index in reduction_cells(cells)
            channels = channels * 2 if reduction else channels
            self.cells.append(Cell(c_before, c_last, channels, reduction, after_reduction))
            c_before, c_last, after_reduction = c_last, NODES * channels, reduction
        self.classifier = nn.Linear(c_last, CLASSES)

    def forward(self, x: Tensor, alpha_normal: Tensor, alpha_reduce: Tensor) -> Tensor:
        normal, reducing = rows(alpha_normal), rows(alpha_reduce)
        s0 = s1 = self.stem(x)
        for cell in self.cells:
            s0, s1 = s1, cell(s0, s1, reducing if cell.reduction else normal)
        return self.classifier(s1.mean(dim=(2, 3)))


def count_parameters(net: nn.Module) -> int:
    """Trainable scalars, alpha not among them."""
    return sum(p.numel() for p in net.parameters())


# ---- the search step ----


class Search:
    """A supernet, its alphas (normal, reduce) and both optimisers.

    `forward` may be a compiled form of the same network. With `all_gradients` every backward pass
    computes the gradients of weights and alphas alike, as the published code does with `backward()`;
    without it only those that the step needs. The results are the same.
    """

    def __init__(
        self,
        net: Supernet,
        alphas: Sequence[Tensor],
        forward: Callable[..., Tensor] | None = None,
        all_gradients: bool = False,
    ) -> None:
        self.forward = net if forward is None else forward
        self.all_gradients = all_gradients
        self.weights = list(net.parameters())
        self.alphas = [a.requires_grad_() for a in alphas]
        self.sgd = torch.optim.SGD(self.weights, WEIGHT_LR, MOMENTUM, weight_decay=WEIGHT_DECAY)
        self.adam = torch.optim.Adam(self.alphas, ALPHA_LR, ALPHA_BETAS, ALPHA_EPS, ALPHA_DECAY)

    def gradient(self, batch: Batch, wanted: Sequence[Tensor], alphas: Sequence[Tensor] | None = None) -> tuple:
        """Loss on a batch and its gradients in `wanted`; without `all_gradients` autograd computes no others."""
        images, labels = batch
        loss = F.cross_entropy(self.forward(images, *(alphas or self.alphas)), labels)
        if not self.all_gradients:
            return loss.detach(), torch.autograd.grad(loss, wanted)
        everything = [*self.alphas, *self.weights]
        found = dict(zip(map(id, everything), torch.autograd.grad(loss, everything)))
        return loss.detach(), tuple(found[id(t)] for t in wanted)

    def weight_gradient(self, batch: Batch) -> tuple:
        """Loss and gradient of the weights; alpha is a constant here, so that nothing is kept for it."""
        constants = None if self.all_gradients else [a.detach() for a in self.alphas]
        return self.gradient(batch, self.weights, constants)

    def unrolled_weights(self, train: Batch) -> list[Tensor]:
        """w' = w - eta (momentum * buffer + grad_w L_train + decay * w), eq. 7 with the optimiser's terms."""
        _, grads = self.weight_gradient(train)
        unrolled = []
        for w, g in zip(self.weights, grads):
            update = g + WEIGHT_DECAY * w.detach()
            buffer = self.sgd.state[w].get("momentum_buffer")
            update = update if buffer is None else update.add_(buffer, alpha=MOMENTUM)
            unrolled.append(w.detach() - WEIGHT_LR * update)
        return unrolled

    @torch.no_grad()
    def set_weights(self, values: Sequence[Tensor]) -> None:
        """Overwrites the weights in place."""
        for w, value in zip(self.weights, values):
            w.copy_(value)

    def alpha_gradient_at(self, weights: Sequence[Tensor], train: Batch) -> tuple:
        """Gradient of alpha on the training batch with other weights."""
        self.set_weights(weights)
        return self.gradient(train, self.alphas)[1]

    def second_order(self, train: Batch, valid: Batch) -> tuple:
        """Validation loss at w' and alpha's unrolled gradient (eq. 7 and 8):

        d = grad_alpha L_val(w', alpha) - eta (grad_alpha L_train(w+) - grad_alpha L_train(w-)) / (2 eps),
        w+- = w +- eps v, v = grad_w' L_val(w', alpha), eps = 0.01 / ||v||.
        """
        saved = [w.detach().clone() for w in self.weights]
        self.set_weights(self.unrolled_weights(train))
        loss, grads = self.gradient(valid, [*self.alphas, *self.weights])
        direct, v = grads[: len(self.alphas)], grads[len(self.alphas) :]
        norm = torch.stack([g.norm() for g in v]).norm().item()
        if norm > 0:
            eps = PERTURBATION / norm
            plus = self.alpha_gradient_at([w.add(g, alpha=eps) for w, g in zip(saved, v)], train)
            minus = self.alpha_gradient_at([w.sub(g, alpha=eps) for w, g in zip(saved, v)], train)
            direct = tuple(d - WEIGHT_LR * (p - m) / (2 * eps) for d, p, m in zip(direct, plus, minus))
        self.set_weights(saved)  # from the copy: undoing the perturbation by arithmetic drifts
        return loss, direct

    def alpha_gradient(self, order: int, train: Batch, valid: Batch) -> tuple:
        """Validation loss and alpha's gradient of the given order."""
        return self.gradient(valid, self.alphas) if order == 1 else self.second_order(train, valid)

    def apply_alpha(self, grads: Sequence[Tensor]) -> None:
        """Adam's step on alpha."""
        for a, g in zip(self.alphas, grads):
            a.grad = g
        self.adam.step()

    def weight_step(self, train: Batch) -> tuple:
        """Clipped SGD step; the loss before it and the gradient's norm before clipping."""
        loss, grads = self.weight_gradient(train)
        for w, g in zip(self.weights, grads):
            w.grad = g
        norm = nn.utils.clip_grad_norm_(self.weights, CLIP)
        self.sgd.step()
        return loss, norm

    def step(self, order: int, train: Batch, valid: Batch) -> Tensor:
        """A whole search step: alpha, then the weights with the new alpha. Returns the training loss."""
        self.apply_alpha(self.alpha_gradient(order, train, valid)[1])
        return self.weight_step(train)[0]


# ---- check: against a fixture ----


class Fixture:
    """manifest.json and tensors.f32 of a fixture folder; tensors come out in float64."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            manifest = json.loads((folder / "manifest.json").read_text())
            self.data = (folder / "tensors.f32").read_bytes()
            meta, self.tensors = manifest["meta"], dict(manifest["tensors"])
            self.channels, self.cells, self.eta = int(meta["C"]), int(meta["layers"]), meta["eta"]
        except OSError as error:
            raise UsageError(f"cannot read fixture file {error.filename}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{folder / 'manifest.json'} is no fixture manifest: {error!r}") from None
        if self.eta != WEIGHT_LR:
            raise UsageError(f"{folder / 'manifest.json'}: eta is {self.eta}, the step checked here uses {WEIGHT_LR}")

    def tensor(self, name: str) -> Tensor:
        """A tensor by name, in its PyTorch shape."""
        try:
            shape, offset = self.tensors[name]["shape"], self.tensors[name]["offset"]
        except (KeyError, TypeError):
            raise UsageError(f"{self.folder / 'manifest.json'} has no shape and offset of tensor {name!r}") from None
        count = math.prod(shape)
        if offset + 4 * count > len(self.data):
            raise UsageError(f"{self.folder / 'tensors.f32'} ends before tensor {name!r}")
        raw = bytearray(self.data[offset : offset + 4 * count])
        return torch.frombuffer(raw, dtype=torch.float32).reshape(shape).double()

    def under(self, prefix: str, names: Sequence[str]) -> list[Tensor]:
        """Several tensors under one prefix."""
        return [self.tensor(prefix + name) for name in names]

    def batch(self, part: str) -> Batch:
        """Images and labels of `train` or `valid`."""
        return self.tensor(f"x_{part}"), self.tensor(f"y_{part}").long()

    def network(self) -> Supernet:
        """The supernet with the fixture's weights."""
        net = Supernet(self.channels, self.cells).double()
        ours = {name for name, _ in net.named_parameters()}
        theirs = {key[len("param/") :] for key in self.tensors if key.startswith("param/")}
        if ours != theirs:
            raise UsageError(f"{self.folder}: weights differ in name from the supernet's: {sorted(ours ^ theirs)[0]}")
        net.load_state_dict({name: self.tensor("param/" + name) for name in ours})
        return net


def relative_error(got: Sequence[Tensor], wanted: Sequence[Tensor]) -> float:
    """||got - wanted|| / ||wanted|| over all tensors together; NaN where a shape differs."""
    if any(g.shape != w.shape for g, w in zip(got, wanted)):
        return math.nan
    flat_got, flat_wanted = (torch.cat([t.detach().double().flatten() for t in ts]) for ts in (got, wanted))
    return ((flat_got - flat_wanted).norm() / flat_wanted.norm()).item()


def judge(label: str, got: Sequence[Tensor], wanted: Sequence[Tensor], bound: float = BOUND) -> bool:
    """Prints one quantity's line; true where it is within its bound (NaN is not)."""
    error = relative_error(got, wanted)
    passed = error <= bound
    print(f"{label:34} {error:9.2e}  bound {bound:.0e}  {'ok' if passed else 'FAIL'}")
    return passed


def check_counts() -> list[bool]:
    """Parameter counts of known networks."""
    results = []
    for (channels, cells), wanted in KNOWN_COUNTS.items():
        got = count_parameters(Supernet(channels, cells))
        label = f"parameters C={channels} cells={cells}"
        results.append(got == wanted)
        print(f"{label:34} {got:9}  known {wanted}  {'ok' if got == wanted else 'FAIL'}")
    return results


def check_fixture(fixture: Fixture) -> list[bool]:
    """Every quantity of one second-order search step, in the order in which a search computes them."""
    net = fixture.network()
    names, alphas = [name for name, _ in net.named_parameters()], ["alphas_normal", "alphas_reduce"]
    search = Search(net, fixture.under("", alphas))
    for name, weight in net.named_parameters():
        search.sgd.state[weight]["momentum_buffer"] = fixture.tensor("momentum/" + name)
    train, valid = fixture.batch("train"), fixture.batch("valid")
    results = [judge("logits, training batch", [net(train[0], *search.alphas)], fixture.under("train/", ["logits"]))]

    loss, grads = search.gradient(train, [*search.weights, *search.alphas])
    results.append(judge("loss, training batch", [loss], fixture.under("train/", ["loss"])))
    results.append(judge("weight gradients", grads[: len(names)], fixture.under("train/grad/", names)))
    results.append(judge("alpha gradients", grads[len(names) :], fixture.under("train/grad/", alphas)))

    loss, grads = search.alpha_gradient(1, train, valid)
    results.append(judge("loss, validation batch", [loss], fixture.under("first/", ["valid_loss"])))
    results.append(judge("first-order alpha gradient", grads, fixture.under("first/grad/", alphas)))

    _, grads = search.alpha_gradient(2, train, valid)
    wanted = fixture.under("second/grad/", alphas)
    results.append(judge("second-order alpha gradient", grads, wanted, SECOND_ORDER_BOUND))

    search.apply_alpha(grads)
    results.append(judge("alphas after Adam", search.alphas, fixture.under("second/after_adam/", alphas)))
    loss, norm = search.weight_step(train)
    results.append(judge("weight step: loss", [loss], fixture.under("second/weight_step/", ["loss"])))
    results.append(judge("weight step: gradient norm", [norm], fixture.under("second/weight_step/", ["grad_norm"])))
    results.append(judge("weights after SGD", search.weights, fixture.under("second/after_sgd/", names)))
    return results


def check(arguments: argparse.Namespace) -> int:
    """The `check` command."""
    fixture = Fixture(arguments.fixture)
    print(f"{arguments.fixture.name}, float64, torch {torch.__version__}: relative L2 error")
    results = check_counts() + check_fixture(fixture)
    print(f"{sum(results)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


# ---- step: timing ----


class Run:
    """One timed form of the step: `eager` or `compile`, in one memory layout."""

    def __init__(self, arguments: argparse.Namespace, mode: str, layout: str) -> None:
        self.mode, self.layout, self.order = mode, layout, arguments.order
        self.device = torch.device(arguments.device)
        self.times: list[float] = []
        self.loss = math.nan
        torch.manual_seed(arguments.seed)  # the same weights, alphas and data for every run
        memory_format = LAYOUTS[layout]
        net = Supernet(arguments.channels, arguments.cells).to(self.device, memory_format=memory_format)
        alphas = [(1e-3 * torch.randn(EDGES, len(OPERATIONS))).to(self.device) for _ in range(2)]
        forward = torch.compile(net) if mode == "compile" else net
        self.search = Search(net, alphas, forward, arguments.gradients == "all")
        shape = (arguments.batch, 3, arguments.image, arguments.image)
        self.train, self.valid = (
            (
                torch.randn(shape).to(self.device, memory_format=memory_format),
                torch.randint(CLASSES, (arguments.batch,)).to(self.device),
            )
            for _ in range(2)
        )

    def once(self) -> float:
        """One step, from an idle device to an idle device; milliseconds."""
        self.wait()
        start = time.perf_counter()
        loss = self.search.step(self.order, self.train, self.valid)
        self.wait()
        elapsed = 1e3 * (time.perf_counter() - start)
        self.loss = loss.item()
        return elapsed

    def wait(self) -> None:
        """CUDA runs asynchronously; the processor does not."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def result(self) -> dict:
        """Figures of this run, in milliseconds."""
        wanted = {"median_ms": 50, "p5_ms": 5, "p95_ms": 95}
        quantiles = {key: round(percentile(self.times, q), 3) for key, q in wanted.items()}
        loss = self.loss if math.isfinite(self.loss) else None
        return {"mode": self.mode, "layout": self.layout, **quantiles, "loss": loss}


def percentile(values: Sequence[float], q: float) -> float:
    """Percentile with linear interpolation."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * q / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


def warmed_up(arguments: argparse.Namespace, mode: str, layout: str) -> Run:
    """A run after its warm-up, at least one step when compiling."""
    run = Run(arguments, mode, layout)
    for _ in range(max(arguments.warmup, 1 if mode == "compile" else 0)):
        run.once()
    return run


def prepare(arguments: argparse.Namespace) -> tuple:
    """All runs, warmed up, and those that torch cannot do here, with the reason."""
    layouts = list(LAYOUTS) if arguments.layout == "both" else [arguments.layout]
    runs = [warmed_up(arguments, "eager", layout) for layout in layouts]
    skipped = []
    for layout in layouts if arguments.compile else []:
        if not hasattr(torch, "compile"):
            skipped.append({"mode": "compile", "layout": layout, "reason": "torch.compile needs torch 2.0 or later"})
            continue
        try:
            runs.append(warmed_up(arguments, "compile", layout))
        except Exception as error:  # the compiler's own errors have no common class: a missing g++, triton, ...
            reason = ": ".join([type(error).__name__, *str(error).strip().splitlines()[:1]])
            skipped.append({"mode": "compile", "layout": layout, "reason": reason})
    return runs, skipped


def device_name(device: torch.device) -> str:
    """What the figures were measured on."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def validate(arguments: argparse.Namespace) -> None:
    """Refuses what the network cannot take, before anything is built."""
    factor = 2 ** len(reduction_cells(arguments.cells))
    if arguments.image % factor:
        raise UsageError(f"--image {arguments.image} must be a multiple of {factor}: each reduction cell halves it")
    if arguments.batch * (arguments.image // factor) ** 2 < 2:
        raise UsageError("batch norm needs more than one value a channel in the last cell: raise --batch or --image")
    if arguments.device == "cuda" and not torch.cuda.is_available():
        raise UsageError("--device cuda: this torch sees no CUDA device; use --device cpu")


def set_up(threads: int, tf32: bool) -> None:
    """torch's global settings for timing."""
    torch.set_num_threads(threads)
    # torch lets convolutions round their inputs to 10 bits unless told otherwise, matrix products not.
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    # Where NNPACK does not know the processor, torch 2 tries it anew in each convolution and logs each time.
    nnpack = getattr(torch.backends, "nnpack", None)
    if nnpack is not None and not nnpack.is_available():
        nnpack.set_flags(False)


def step(arguments: argparse.Namespace) -> int:
    """The `step` command."""
    validate(arguments)
    set_up(arguments.threads, arguments.precision == "tf32")
    runs, skipped = prepare(arguments)
    for _ in range(arguments.steps):  # interleaved, so that noise from outside meets all runs alike
        for run in runs:
            run.times.append(run.once())
    results = [run.result() for run in runs]
    settings = ("channels", "cells", "image", "batch", "order", "gradients", "precision", "steps", "warmup", "seed")
    report = {
        "peer": "pytorch-darts",
        "torch": torch.__version__,
        "device": arguments.device,
        "device_name": device_name(torch.device(arguments.device)),
        "threads": torch.get_num_threads(),
        **{key: getattr(arguments, key) for key in settings},
        "parameters": count_parameters(Supernet(arguments.channels, arguments.cells)),
        "runs": results,
        "fastest": min(results, key=lambda r: r["median_ms"]),
        "skipped": skipped,
    }
    print(json.dumps(report) if arguments.json else describe(report))
    if any(r["loss"] is None for r in results):
        print("pytorch-darts.py: error: the training loss is not finite", file=sys.stderr)
        return 1
    return 0


def describe(report: dict) -> str:
    """The report as lines of text."""
    best = report["fastest"]
    shape = "C={channels} cells={cells} image {image} batch {batch} order {order}, gradients {gradients}"
    machine = "torch {torch}, {device_name}, {threads} threads, {parameters} parameters"
    figures = "{mode:8} {layout:14} median {median_ms:10.2f} ms   p5 {p5_ms:10.2f}   p95 {p95_ms:10.2f}"
    missing = "{mode:8} {layout:14} not run: {reason}"
    lines = [f"{shape}: {machine}".format(**report)]
    lines += [figures.format(**r) for r in report["runs"]]
    lines += [missing.format(**s) for s in report["skipped"]]
    return "\n".join([*lines, f"fastest: {best['mode']} {best['layout']}, {best['median_ms']:.2f} ms a step"])


# ---- command line ----


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"pytorch-darts.py: error: {message}\n")


def whole(least: int) -> Callable[[str], int]:
    """An argument type: a whole number from `least` on."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return int(text)

    return parse


def parser() -> Parser:
    """Commands and options."""
    top = Parser(prog="pytorch-darts.py", description="Unfused PyTorch DARTS supernet: parity check and timing.")
    commands = top.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="judge a whole search step against a fixture folder")
    checking.add_argument("--fixture", type=Path, required=True, help="folder with manifest.json and tensors.f32")
    checking.set_defaults(run=check)
    timing = commands.add_parser("step", help="time whole search steps on fixed random data")
    for name, least, default in (  # fewer than 3 cells would leave no normal cell
        ("channels", 1, 8), ("cells", 3, 4), ("image", 2, 8), ("batch", 1, 64), ("threads", 1, os.cpu_count() or 1),
        ("steps", 1, 20), ("warmup", 0, 3), ("seed", 0, 0),
    ):
        timing.add_argument(f"--{name}", type=whole(least), default=default, help=f"default {default}")
    timing.add_argument("--order", type=int, choices=(1, 2), default=1, help="order of alpha's gradient")
    timing.add_argument(
        "--gradients", choices=("needed", "all"), default="needed",
        help="what each backward pass computes: what the step needs (default), or all, as the published code does",
    )
    timing.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    timing.add_argument(
        "--precision", choices=("float32", "tf32"), default="float32",
        help="of products on CUDA: float32 (default), or TF32, which GPUs compute faster and less exactly",
    )
    timing.add_argument("--layout", choices=(*LAYOUTS, "both"), default="both")
    timing.add_argument("--compile", action="store_true", help="time torch.compile beside eager")
    timing.add_argument("--json", action="store_true", help="one JSON object instead of text")
    timing.set_defaults(run=step)
    return top


def main() -> int:
    """Runs a command; 0 is success, 1 a failed check or a loss that is not finite, 2 bad input."""
    arguments = parser().parse_args()
    try:
        return arguments.run(arguments)
    except UsageError as error:
        print(f"pytorch-darts.py: error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

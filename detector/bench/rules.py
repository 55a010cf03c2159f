"""The article's rules, each as small networks that differ in nothing but what the rule is about.

A rule's networks have the same multiply-adds, within `TOLERANCE`: what differs in their times is the rule's doing, not
more work. Widths are multiples of 16, so that all fill the processor's vectors alike. Most are chains of 3x3
convolutions at the resolutions and widths at which a finder works, after Ma et al., ShuffleNet V2, 2018, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from detector.bench.complexity import Cost, profile

TOLERANCE = 0.02

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Variant:
    """A network for a rule: a word for it, its input (channels, height, width), and what makes it."""

    name: str
    input_shape: Shape
    build: Callable[[], nn.Module]

    def cost(self) -> Cost:
        """What it costs."""
        return profile(self.build(), self.input_shape, self.name).total


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the article.

    Attributes:
        key: A word for the command line.
        statement: What it says.
        kept: A network that keeps it.
        broken: Networks that break it and cost the same multiply-adds.
    """

    key: str
    statement: str
    kept: Variant
    broken: tuple[Variant, ...]

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The one that keeps the rule, then the others."""
        return (self.kept, *self.broken)


def equal_channels() -> Rule:
    """Eight convolutions 64 to 64 beside ones that widen and narrow; c1 * c2 is the same."""

    def chain(*widths: int) -> Variant:
        name = f"{widths[0]} to {widths[1]}" + (" and back" if widths[0] != widths[1] else "")
        return Variant(name, (widths[0], 40, 40), lambda: _chain(_alternate(widths, 8)))

    statement = "equal input and output channels cost the least memory access"
    return Rule("channels", statement, chain(64, 64), (chain(32, 128), chain(16, 256)))


def equal_channels_1x1() -> Rule:
    """The same for sixteen 1x1 convolutions, where memory access weighs more."""

    def chain(*widths: int) -> Variant:
        name = f"1x1, {widths[0]} to {widths[1]}" + (" and back" if widths[0] != widths[1] else "")
        return Variant(name, (widths[0], 40, 40), lambda: _chain(_alternate(widths, 16), kernel=1))

    statement = "the same, for 1x1 convolutions"
    return Rule("channels-1x1", statement, chain(128, 128), (chain(64, 256), chain(32, 512)))


def few_groups() -> Rule:
    """Four times the groups buy twice the width."""

    def chain(width: int, groups: int) -> Variant:
        name = f"{groups} groups of {width // groups}" if groups > 1 else f"dense, {width}"
        return Variant(name, (width, 40, 40), lambda: _chain([width] * 9, groups=groups))

    statement = "grouped convolutions raise memory access"
    return Rule("groups", statement, chain(64, 1), (chain(128, 4), chain(256, 16)))


def no_depthwise() -> Rule:
    """Four dense layers of 192 beside four depthwise-separable ones of three times the width."""
    dense = Variant("dense, 192", (192, 20, 20), lambda: _chain([192] * 5))
    separable = Variant(
        "depthwise-separable, 576", (576, 20, 20), lambda: nn.Sequential(*(_separable(576) for _ in range(4)))
    )
    return Rule("depthwise", "depthwise convolutions only where they pay", dense, (separable,))


def no_fragmentation() -> Rule:
    """One convolution, or parallel ones that share its output channels among them."""

    def blocks(branches: int) -> Variant:
        name = f"{branches} branches" if branches > 1 else "one convolution"
        return Variant(name, (64, 40, 40), lambda: nn.Sequential(*(Branches(64, branches) for _ in range(8))))

    return Rule("fragmentation", "branches hurt parallelism", blocks(1), (blocks(2), blocks(4)))


def few_elementwise() -> Rule:
    """An activation after every second convolution, after each, and one of several operations."""

    def chain(name: str, activation: Callable[[int], nn.Module]) -> Variant:
        def build() -> nn.Module:
            layers = [nn.Sequential(_convolution(32, 32), activation(index)) for index in range(8)]
            return nn.Sequential(*layers)

        return Variant(name, (32, 80, 80), build)

    def every_second(index: int) -> nn.Module:
        return nn.ReLU(inplace=True) if index % 2 else nn.Identity()

    return Rule(
        "elementwise",
        "element-wise operations cost time for hardly any multiply-adds",
        chain("ReLU after every second layer", every_second),
        (
            chain("ReLU after each", lambda _index: nn.ReLU(inplace=True)),
            chain("SiLU after each", lambda _index: nn.SiLU()),
        ),
    )


def no_shortcuts() -> Rule:
    """A chain, and the same with a shortcut around every two layers."""
    plain = Variant("plain chain", (32, 80, 80), lambda: _chain([32] * 9))
    residual = Variant(
        "shortcut around every two", (32, 80, 80), lambda: nn.Sequential(*(Residual(32) for _ in range(4)))
    )
    return Rule("shortcuts", "shortcuts that are not needed cost time", plain, (residual,))


def separable_stem() -> Rule:
    """A first layer that sees as much for less, and the layer more that this pays for; the picture is 320 x 320."""

    def network(name: str, stem: Callable[[], nn.Module], depth: int) -> Variant:
        def build() -> nn.Module:
            body = nn.Sequential(_layer(16, 32, stride=2), _layer(32, 48, stride=2), _layer(48, 48, stride=2))
            return nn.Sequential(stem(), body, _chain([48] * (depth + 1)))

        return Variant(name, (3, 320, 320), build)

    def dilated() -> nn.Module:
        depthwise = nn.Conv2d(3, 3, 3, stride=2, padding=2, dilation=2, groups=3, bias=False)
        return nn.Sequential(depthwise, _layer(3, 16, kernel=1))

    return Rule(
        "stem",
        "a dilated depthwise-separable first layer is cheaper than a dense one",
        network("dilated, separable, and one layer more", dilated, 3),
        (network("dense 3x3", lambda: _layer(3, 16, stride=2), 2),),
    )


def folded_norm() -> Rule:
    """Biases, into which a norm that does not depend on the picture is folded, and GroupNorm."""

    def normalised() -> nn.Module:
        layers = [
            nn.Sequential(_convolution(32, 32, bias=False), nn.GroupNorm(8, 32), nn.ReLU(inplace=True))
            for _ in range(8)
        ]
        return nn.Sequential(*layers)

    folded = Variant("folded", (32, 80, 80), lambda: _chain([32] * 9))
    statement = "a norm that is folded into the convolution costs nothing, GroupNorm does (the article keeps it)"
    return Rule("norm", statement, folded, (Variant("GroupNorm", (32, 80, 80), normalised),))


def narrow_heads() -> Rule:
    """A head of the article, 1x1 with hidden layers of 256, and narrower ones that are as much deeper."""

    def head(width: int, hidden: int) -> Variant:
        widths = [128, *[width] * hidden, 24]
        return Variant(f"{hidden} hidden of {width}", (128, 40, 40), lambda: _chain(widths, kernel=1))

    statement = "fewer channels are faster (here they pay for more layers, which costs)"
    return Rule("head-width", statement, head(128, 10), (head(256, 3),))


def few_layers() -> Rule:
    """Two wide layers, and the eighteen that they pay for at a third of the width."""

    def chain(width: int, depth: int) -> Variant:
        return Variant(f"{depth} layers of {width}", (width, 20, 20), lambda: _chain([width] * (depth + 1)))

    return Rule("layers", "few layers are faster than many", chain(192, 2), (chain(64, 18),))


RULES: tuple[Rule, ...] = (
    equal_channels(),
    equal_channels_1x1(),
    few_groups(),
    no_depthwise(),
    no_fragmentation(),
    few_elementwise(),
    few_layers(),
    separable_stem(),
    folded_norm(),
    no_shortcuts(),
    narrow_heads(),
)


class Branches(nn.Module):
    """Parallel 3x3 convolutions from all channels to a part of them each, joined again."""

    def __init__(self, channels: int, count: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(_layer(channels, channels // count) for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, h, w) to the same shape."""
        parts = [branch(x) for branch in self.branches]
        return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = _layer(channels, channels), _convolution(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, h, w) to the same shape."""
        return functional.relu(self.second(self.first(x)) + x)


def _convolution(
    in_channels: int, out_channels: int, *, kernel: int = 3, stride: int = 1, groups: int = 1, bias: bool = True
) -> nn.Conv2d:
    layer = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, groups=groups, bias=bias)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return layer


def _layer(in_channels: int, out_channels: int, *, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Sequential:
    convolution = _convolution(in_channels, out_channels, kernel=kernel, stride=stride, groups=groups)
    return nn.Sequential(convolution, nn.ReLU(inplace=True))


def _chain(widths: Sequence[int], *, kernel: int = 3, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(*(_layer(*pair, kernel=kernel, groups=groups) for pair in pairwise(widths)))


def _separable(channels: int) -> nn.Sequential:
    depthwise = _convolution(channels, channels, groups=channels, bias=False)
    return nn.Sequential(depthwise, _layer(channels, channels, kernel=1))


def _alternate(widths: Sequence[int], depth: int) -> list[int]:
    return [widths[index % len(widths)] for index in range(depth + 1)]

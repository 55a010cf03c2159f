"""What breaking each of the article's rules costs on this machine, at equal multiply-adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from detector.bench.comparison import processor_name
from detector.bench.complexity import Cost
from detector.bench.contenders import ONNX_RUNTIME, TORCH
from detector.bench.latency import Latency, summarise, time_in_turns
from detector.bench.networks import export
from detector.bench.peers import network_alone
from detector.bench.rules import TOLERANCE, Rule, Variant

ENGINES = (ONNX_RUNTIME, TORCH)
# A smaller change of the time is none.
_NOTICEABLE = 0.05

Outcome = Literal["held", "did not hold", "was lost in the noise", "made no difference"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long as the network that keeps the rule: median and quartiles of the turns' own ratios."""

    median: float
    lower_quartile: float
    upper_quartile: float

    @property
    def outcome(self) -> Outcome:
        """Whether breaking the rule cost time, or saved some; noise is what the quartiles don't agree on."""
        if self.lower_quartile >= 1 - _NOTICEABLE and self.upper_quartile <= 1 + _NOTICEABLE:
            return "made no difference"
        if self.lower_quartile <= 1 <= self.upper_quartile:
            return "was lost in the noise"
        if abs(self.median - 1) <= _NOTICEABLE:
            return "made no difference"
        return "held" if self.median > 1 else "did not hold"


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What a network costs, and its times and ratios by engine; the one that keeps the rule has no ratios."""

    name: str
    cost: Cost
    latencies: dict[str, Latency]
    ratios: dict[str, Ratio]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule with its networks, the one that keeps it first."""

    key: str
    statement: str
    variants: tuple[VariantResult, ...]

    def verdict(self, engine: str) -> str:
        """Whether the rule held in an engine, in words."""
        ratios = [variant.ratios[engine] for variant in self.variants[1:]]
        outcomes = {ratio.outcome for ratio in ratios}
        word = next(outcome for outcome in get_args(Outcome) if outcome in outcomes)
        if word == "held" and len(outcomes) > 1:
            word = "held in part"
        times = " and ".join(f"{ratio.median:.2f}" for ratio in ratios)
        return f"{word} ({times} times as long)"

    def sentence(self) -> str:
        """The rule, and whether it held in each engine."""
        verdicts = "; ".join(f"in {engine} it {self.verdict(engine)}" for engine in ENGINES)
        return f"**{self.key}**: {self.statement}. At equal multiply-adds, {verdicts}."


@dataclass(frozen=True, slots=True)
class Ablation:
    """What one run measured, with the conditions of a `Comparison`."""

    processor: str
    threads: int
    versions: dict[str, str]
    repeats: int
    rules: tuple[RuleResult, ...]

    def to_json(self) -> dict[str, Any]:
        """The ablation as plain dicts, lists and numbers, named like the attributes, and the sentences."""
        content = asdict(self)
        for rule, fields in zip(self.rules, content["rules"], strict=True):
            fields["verdicts"] = {engine: rule.verdict(engine) for engine in ENGINES}
        return content

    def to_markdown(self) -> str:
        """The conditions, a table, and a sentence for each rule."""
        libraries = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        lines = [
            f"{self.processor}, {self.threads} threads, {libraries}. Networks alone; medians of {self.repeats} turns, "
            "and of the turns' ratios to the first network of the rule, with quartiles. A change of up to "
            f"{100 * _NOTICEABLE:.0f} % is none, and one on which the quartiles don't agree is noise.",
            "",
            "| Rule | Network | MMac | Memory access, MB | "
            + " | ".join(f"{engine}, ms | ratio" for engine in ENGINES)
            + " |",
            "|---|---|---:|---:|" + "---:|---:|" * len(ENGINES),
        ]
        lines += [_table_row(rule, variant) for rule in self.rules for variant in rule.variants]
        return "\n".join([*lines, "", *(f"- {rule.sentence()}" for rule in self.rules)])


class UnequalWorkError(ValueError):
    """A network of a rule has other multiply-adds than the one it is compared with."""


def ablate(
    rules: Sequence[Rule], *, repeats: int, threads: int, report: Callable[[str], None] = lambda _step: None
) -> Ablation:
    """Time each rule's networks in turns, in ONNX Runtime and in torch.

    Args:
        rules: At least one.
        repeats: Timed calls of each network in each engine.
        threads: For each.
        report: Told what is being done, for people to read.

    Raises:
        UnequalWorkError: the multiply-adds of a rule's networks differ by more than `rules.TOLERANCE`.
    """
    torch.set_num_threads(threads)
    results = []
    for rule in rules:
        report(f"timing {rule.key}")
        results.append(_measure(rule, repeats, threads))
    return Ablation(
        processor=processor_name(),
        threads=threads,
        versions={"torch": torch.__version__, "onnxruntime": onnxruntime.__version__},
        repeats=repeats,
        rules=tuple(results),
    )


def equal_costs(rule: Rule) -> list[Cost]:
    """What a rule's networks cost.

    Raises:
        UnequalWorkError: their multiply-adds differ by more than `rules.TOLERANCE`.
    """
    costs = [variant.cost() for variant in rule.variants]
    for variant, cost in zip(rule.variants, costs, strict=True):
        if abs(cost.multiply_adds / costs[0].multiply_adds - 1) > TOLERANCE:
            raise UnequalWorkError(f"{rule.key}: {variant.name} has {cost.multiply_adds:,} multiply-adds")
    return costs


def _measure(rule: Rule, repeats: int, threads: int) -> RuleResult:
    costs = equal_costs(rule)
    calls: dict[tuple[str, str], Callable[[], object]] = {}
    with TemporaryDirectory() as folder:
        for variant in rule.variants:
            network = variant.build().eval()
            path = Path(folder) / "network.onnx"
            export(network, variant.input_shape, path)
            calls[variant.name, ONNX_RUNTIME] = network_alone(path, threads)
            calls[variant.name, TORCH] = _in_torch(network, torch.rand(1, *variant.input_shape))
    times_ms = time_in_turns(calls, repeats)
    return RuleResult(
        rule.key,
        rule.statement,
        tuple(_result(rule, variant, cost, times_ms) for variant, cost in zip(rule.variants, costs, strict=True)),
    )


def _in_torch(network: nn.Module, picture: Tensor) -> Callable[[], object]:
    def call() -> object:
        with torch.inference_mode():
            return network(picture)

    return call


def _result(rule: Rule, variant: Variant, cost: Cost, times_ms: dict[tuple[str, str], list[float]]) -> VariantResult:
    latencies, ratios = {}, {}
    for engine in ENGINES:
        own, kept = times_ms[variant.name, engine], times_ms[rule.kept.name, engine]
        latencies[engine] = summarise(own)
        if variant is not rule.kept:
            lower, median, upper = np.percentile(np.divide(own, kept), [25, 50, 75])
            ratios[engine] = Ratio(float(median), float(lower), float(upper))
    return VariantResult(variant.name, cost, latencies, ratios)


def _table_row(rule: RuleResult, variant: VariantResult) -> str:
    cells = [
        rule.key if variant is rule.variants[0] else "",
        variant.name,
        f"{variant.cost.multiply_adds / 1e6:.0f}",
        f"{variant.cost.memory_bytes / 1e6:.1f}",
    ]
    for engine in ENGINES:
        ratio = variant.ratios.get(engine)
        cells.append(f"{variant.latencies[engine].median_ms:.2f}")
        cells.append(f"{ratio.median:.2f} ({ratio.lower_quartile:.2f} to {ratio.upper_quartile:.2f})" if ratio else "1")
    return "| " + " | ".join(cells) + " |"

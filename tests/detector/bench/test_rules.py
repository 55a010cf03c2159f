from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from detector.bench.ablation import (
    ENGINES,
    Ablation,
    Ratio,
    RuleResult,
    UnequalWorkError,
    VariantResult,
    equal_costs,
)
from detector.bench.complexity import Cost
from detector.bench.latency import summarise
from detector.bench.rules import RULES, TOLERANCE, Rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rules_networks_do_the_same_work(rule: Rule) -> None:
    costs = equal_costs(rule)
    for cost in costs[1:]:
        assert cost.multiply_adds == pytest.approx(costs[0].multiply_adds, rel=TOLERANCE)
    assert len({variant.name for variant in rule.variants}) == len(costs) >= 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rules_networks_run_and_keep_their_values_in_range(rule: Rule) -> None:
    torch.manual_seed(0)
    for variant in rule.variants:
        with torch.inference_mode(), torch.device("cpu"):
            channels, height, width = variant.input_shape
            output = variant.build().eval()(torch.rand(1, channels, height // 4, width // 4))
        assert 1e-6 < output.abs().max() < 1e6


def test_every_rule_has_a_word_of_its_own() -> None:
    assert len({rule.key for rule in RULES}) == len(RULES)


def test_unequal_work_is_refused() -> None:
    few = next(rule for rule in RULES if rule.key == "layers")
    other = next(rule for rule in RULES if rule.key == "stem")
    with pytest.raises(UnequalWorkError, match="layers: dense 3x3 has"):
        equal_costs(replace(few, broken=other.broken))


@pytest.mark.parametrize(
    ("ratio", "outcome"),
    [
        (Ratio(1.8, 1.7, 1.9), "held"),
        (Ratio(1.8, 0.9, 2.5), "was lost in the noise"),
        (Ratio(1.03, 1.01, 1.04), "made no difference"),
        (Ratio(1.03, 1.01, 1.3), "made no difference"),
        (Ratio(1.0, 0.54, 1.38), "was lost in the noise"),
        (Ratio(0.7, 0.6, 0.8), "did not hold"),
        (Ratio(0.7, 0.6, 1.1), "was lost in the noise"),
    ],
)
def test_the_outcome_follows_from_the_ratio(ratio: Ratio, outcome: str) -> None:
    assert ratio.outcome == outcome


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ([1.2, 1.8], "held (1.20 and 1.80 times as long)"),
        ([1.0, 1.8], "held in part (1.00 and 1.80 times as long)"),
        ([0.6, 1.0], "did not hold (0.60 and 1.00 times as long)"),
        ([1.0, 1.01], "made no difference (1.00 and 1.01 times as long)"),
    ],
)
def test_the_sentence_is_made_of_the_measurement(ratios: list[float], verdict: str) -> None:
    rule = _result(ratios)
    assert rule.verdict("torch") == verdict
    assert rule.sentence() == (
        f"**groups**: few groups. At equal multiply-adds, in ONNX Runtime it {verdict}; in torch it {verdict}."
    )


def test_the_table_has_a_row_for_each_network_and_a_sentence_for_each_rule() -> None:
    ablation = Ablation("a processor", 1, {"torch": "2"}, 5, (_result([1.2, 1.8]), _result([0.9])))
    lines = ablation.to_markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert [row.count("|") for row in rows] == [9] * (2 + 3 + 2)
    assert "| 1.80 (1.80 to 1.80) |" in rows[4]
    assert lines[-2:] == [f"- {rule.sentence()}" for rule in ablation.rules]


def _result(ratios: list[float]) -> RuleResult:
    cost = Cost(1_000_000, 100, 2_000_000)
    latencies = {engine: summarise(list(np.ones(3))) for engine in ENGINES}
    variants = [VariantResult("kept", cost, latencies, {})]
    variants += [
        VariantResult(f"broken {index}", cost, latencies, {engine: Ratio(ratio, ratio, ratio) for engine in ENGINES})
        for index, ratio in enumerate(ratios)
    ]
    return RuleResult("groups", "few groups", tuple(variants))

from __future__ import annotations

import json

from rich.console import Console
from torch import Tensor, nn

from detector.bench.complexity import Cost, profile


class Small(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.ModuleList([nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 1, bias=False)])
        self.norm = nn.GroupNorm(2, 8)
        self.relu = nn.ReLU(inplace=True)
        self.linear = nn.Linear(800, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.body[0](x)
        x = self.relu(self.norm(x + self.body[1](x)))
        result: Tensor = self.linear(x.flatten(1))
        return result


def test_every_layer_as_counted_by_hand() -> None:
    counted = profile(Small(), (3, 10, 10), "small")
    costs = {layer.name: layer.cost for layer in counted.layers}
    assert costs["body.0"] == Cost(3 * 9 * 800 + 800, 3 * 9 * 8 + 8, 4 * (300 + 800 + 224))
    assert costs["body.1"] == Cost(8 * 800, 64, 4 * (800 + 800 + 64))
    assert costs["norm"].multiply_adds == 2 * 800
    assert costs["relu"] == Cost(800, 0, 4 * (800 + 800))
    assert costs["linear"] == Cost(800 * 2 + 2, 1602, 4 * (800 + 2 + 1602))
    assert costs["(network)"] == Cost(800, 0, 4 * (800 + 800 + 800))
    assert counted.total.multiply_adds == sum(cost.multiply_adds for cost in costs.values())
    assert counted.total.memory_bytes == sum(cost.memory_bytes for cost in costs.values())
    assert counted.total.parameters == sum(parameter.numel() for parameter in Small().parameters())
    assert counted.parts["body"].multiply_adds == 3 * 9 * 800 + 800 + 8 * 800


def test_a_layer_called_twice_costs_twice_but_has_its_parameters_once() -> None:
    convolution = nn.Conv2d(4, 4, 1)
    once = profile(nn.Sequential(convolution), (4, 6, 6), "once").total
    twice = profile(nn.Sequential(convolution, convolution), (4, 6, 6), "twice").total
    assert twice.multiply_adds == 2 * once.multiply_adds
    assert twice.memory_bytes == 2 * once.memory_bytes
    assert twice.parameters == once.parameters


def test_one_head_of_the_article() -> None:
    """128 -> 256 -> 256 -> 256 -> 24 on 14 x 14 cells: products, biases and ReLUs."""
    head = nn.Sequential(
        *(nn.Conv2d(128, 256, 1), nn.ReLU()),
        *(nn.Conv2d(256, 256, 1), nn.ReLU()),
        *(nn.Conv2d(256, 256, 1), nn.ReLU()),
        nn.Conv2d(256, 24, 1),
    )
    products = 128 * 256 + 2 * 256 * 256 + 256 * 24
    assert profile(head, (128, 14, 14), "head").total.multiply_adds == 196 * (products + 3 * 256 + 24 + 3 * 256)


def test_the_profile_is_json_and_a_table() -> None:
    counted = profile(Small(), (3, 10, 10), "small")
    assert json.loads(json.dumps(counted.to_json()))["total"]["parameters"] == counted.total.parameters
    console = Console(width=140)
    with console.capture() as capture:
        console.print(counted.to_table())
    assert "body.0" in capture.get()
    assert "100.0 %" in capture.get()

"""The measurements as pictures."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from detector.bench.ablation import ENGINES, Ablation
from detector.bench.comparison import Comparison, Row
from detector.bench.contenders import COMPILED, ONNX_RUNTIME, OPENCV, OPENVINO, TORCH

_COLOURS = {ONNX_RUNTIME: "#1f5fa8", TORCH: "#c4541a", COMPILED: "#e0a83a", OPENVINO: "#3f8f4f", OPENCV: "#6b6b6b"}
_DPI = 150
# Of the axis, for the names at the right of the last points.
_ROOM_FOR_NAMES = 0.35
_NAME_WIDTH_PX, _NAME_HEIGHT_PX = 350, 22

# A row, and where it is on the axes.
Point = tuple[Row, float, float]


def draw_comparison(comparison: Comparison) -> bytes:
    """A PNG: time against multiply-adds of all networks and, where it was measured, accuracy against time."""
    accurate = [row for row in comparison.rows if row.accuracy and row.pipeline]
    figure = Figure(figsize=(13, 5.5) if accurate else (7.5, 5.5), layout="constrained", dpi=_DPI)
    panels = figure.subplots(1, 2 if accurate else 1, squeeze=False)[0]
    _draw_times(panels[-1], comparison)
    if accurate:
        _draw_accuracy(panels[0], comparison, accurate)
    return _png(figure)


def draw_ablation(ablation: Ablation) -> bytes:
    """A PNG: for each network that breaks a rule, how many times as long it takes; bars up to the quartiles."""
    broken = [(rule, variant) for rule in ablation.rules for variant in rule.variants[1:]]
    figure = Figure(figsize=(9, 1.6 + 0.5 * len(broken)), layout="constrained", dpi=_DPI)
    axes = figure.subplots()
    height = 0.8 / len(ENGINES)
    for place, engine in enumerate(ENGINES):
        ratios = [variant.ratios[engine] for _, variant in broken]
        medians = np.array([ratio.median for ratio in ratios])
        spread = np.abs(
            [[ratio.lower_quartile for ratio in ratios], [ratio.upper_quartile for ratio in ratios]] - medians
        )
        axes.barh(
            np.arange(len(broken)) + (place - (len(ENGINES) - 1) / 2) * height,
            medians - 1,
            height,
            left=1,
            xerr=spread,
            color=_COLOURS[engine],
            label=engine,
            error_kw={"elinewidth": 0.8, "capsize": 2},
        )
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(broken)), [f"{rule.key}: {variant.name}" for rule, variant in broken])
    axes.invert_yaxis()
    axes.set_xlabel("times as long as the network that keeps the rule, at equal multiply-adds")
    axes.grid(axis="x", alpha=0.3)
    axes.legend()
    return _png(figure)


def _draw_times(axes: Axes, comparison: Comparison) -> None:
    rows = [row for row in comparison.rows if row.network and row.cost]
    points = [(row, row.cost.multiply_adds / 1e9, row.network.median_ms) for row in rows if row.cost and row.network]
    axes.set(xscale="log", yscale="log", xlabel="GMac", ylabel="networks alone, ms")
    axes.set_title("Time against multiply-adds (dotted: the rate of a matrix product)", fontsize=10)
    ends = np.array([min(giga for _, giga, _ in points), max(giga for _, giga, _ in points)])
    axes.plot(ends, 2e3 * ends / comparison.sgemm_gflops, ":", color="black", linewidth=1)
    _draw_points(axes, points, "upper left")


def _draw_accuracy(axes: Axes, comparison: Comparison, rows: list[Row]) -> None:
    points = [
        (row, row.pipeline.median_ms, row.accuracy.mean_quad_iou) for row in rows if row.pipeline and row.accuracy
    ]
    axes.set(xscale="log", xlabel="picture to result, ms", ylabel="mean quad IoU", ylim=(0, 1))
    axes.set_title(f"Accuracy on {comparison.pictures} pictures against time", fontsize=10)
    _draw_points(axes, points, "lower right")


def _draw_points(axes: Axes, points: list[Point], legend: Literal["upper left", "lower right"]) -> None:
    """The points, coloured by engine, with each model's name once, beside its point in ONNX Runtime if it has one."""
    for row, x, y in points:
        axes.plot(x, y, "o", color=_COLOURS[row.engine])
    for engine in dict.fromkeys(row.engine for row, _, _ in points):
        axes.plot([], [], "o", color=_COLOURS[engine], label=engine)
    axes.legend(fontsize=8, loc=legend)
    axes.grid(alpha=0.3, which="both")
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "log":
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_minor_formatter("")
        axis.set_major_formatter("{x:g}")
    low, high = axes.get_xlim()
    axes.set_xlim(low, high * (high / low) ** _ROOM_FOR_NAMES)
    named = {row.model: (x, y) for row, x, y in sorted(points, key=lambda point: point[0].engine == ONNX_RUNTIME)}
    _name(axes, named)


def _name(axes: Axes, named: dict[str, tuple[float, float]]) -> None:
    """Names at the right of their points, moved up where they would cover each other."""
    placed: list[tuple[float, float]] = []
    for name, point in sorted(named.items(), key=lambda item: item[1][1]):
        x_px, y_px = axes.transData.transform(point)
        label_y_px = y_px
        for other_x_px, other_y_px in placed:
            if abs(x_px - other_x_px) < _NAME_WIDTH_PX and label_y_px < other_y_px + _NAME_HEIGHT_PX:
                label_y_px = other_y_px + _NAME_HEIGHT_PX
        placed.append((x_px, label_y_px))
        up = (label_y_px - y_px) * 72 / axes.figure.dpi
        line = {"arrowstyle": "-", "linewidth": 0.4, "color": "grey"}
        axes.annotate(
            name, point, xytext=(12, up), textcoords="offset points", fontsize=7, va="center", arrowprops=line
        )


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)  # type: ignore[no-untyped-call]
    return buffer.getvalue()

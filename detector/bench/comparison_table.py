"""A comparison as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detector.bench.comparison import Comparison, Row
from detector.bench.contenders import ONNX_RUNTIME
from detector.bench.latency import Latency
from detector.bench.models import LIGHT_FINDER, LIGHTER_BACKBONES, RESNET50_PEER

Column = tuple[str, Callable[[Row], str]]


def to_markdown(comparison: Comparison) -> str:
    """The conditions, a table of times, one of costs, one of accuracy where it was measured, and what follows."""
    width_px, height_px = comparison.picture_px
    libraries = ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
    parts = [
        f"{comparison.processor}, {comparison.threads} threads, {libraries}. A picture of {width_px} x {height_px} "
        f"with {comparison.cards} card(s) found; medians of {comparison.import_and_load.repeats} starts and of "
        f"{comparison.sgemm.repeats} turns of everything else, with quartiles. Networks alone are timed on 320 x 320; "
        "peers see the picture in a square of that size, as is usual, ours without most of the square's black.",
        _table(_time_columns(comparison), comparison.rows),
        _table(_cost_columns(comparison), [row for row in comparison.rows if row.cost]),
    ]
    measured = [row for row in comparison.rows if row.accuracy]
    if measured:
        parts.append(f"Accuracy on {comparison.pictures} pictures:")
        parts.append(_table(_ACCURACY_COLUMNS, measured))
    return "\n\n".join([*parts, *_remarks(comparison)])


def _remarks(comparison: Comparison) -> list[str]:
    width_px, height_px = comparison.large_picture_px
    remarks = [
        f"- Import and load in a fresh process: {_with_quartiles(comparison.import_and_load)} ms.",
        *(
            f"- {title}, on {width_px} x {height_px}: {_with_quartiles(latency)} ms."
            for title, latency in comparison.large_pictures.items()
        ),
        f"- Product of two matrices of {comparison.sgemm_side} x {comparison.sgemm_side} in torch: "
        f"{_with_quartiles(comparison.sgemm)} ms, {comparison.sgemm_gflops:.0f} GFLOP/s.",
        *(f"- {engine} is left out: {reason}." for engine, reason in comparison.left_out.items()),
    ]
    backbones = _about_backbones(comparison)
    return ["\n".join([*remarks, *([f"- {backbones}"] if backbones else [])])]


def _about_backbones(comparison: Comparison) -> str | None:
    """What a lighter backbone alone gains; None unless all of them were measured."""
    base, ours = (comparison.row(model.title, ONNX_RUNTIME) for model in (RESNET50_PEER, LIGHT_FINDER))
    lighter = [comparison.row(model.title, ONNX_RUNTIME) for model in LIGHTER_BACKBONES]
    found = [row for row in lighter if row]
    if base is None or ours is None or len(found) < len(LIGHTER_BACKBONES):
        return None
    best = min(found, key=lambda row: _median_ms(row.network))
    heads = f"{100 * (best.heads_share or 0):.0f} % of its multiply-adds are in pyramid and heads"
    gained, finders = (_median_ms(base.network) / _median_ms(row.network) for row in (best, ours))
    return (
        f"Changing only the backbone makes the {base.model} at best {gained:.1f} times as fast in {ONNX_RUNTIME} "
        f"(the {best.model}: {heads}); Cardlight's finder is {finders:.1f} times as fast."
    )


def _time_columns(comparison: Comparison) -> list[Column]:
    return [
        ("Model", lambda row: row.model),
        ("Engine", lambda row: row.engine),
        ("Networks alone, ms", lambda row: _with_quartiles(row.network)),
        ("times the finder's", lambda row: _number(comparison.network_ratio(row), 1)),
        ("Picture to result, ms", lambda row: _with_quartiles(row.pipeline)),
        ("FPS", lambda row: _number(row.pipeline.per_second if row.pipeline else None, 1)),
        ("times Cardlight's", lambda row: _number(comparison.pipeline_ratio(row), 1)),
    ]


def _cost_columns(comparison: Comparison) -> list[Column]:
    return [
        ("Model", lambda row: row.model),
        ("Engine", lambda row: row.engine),
        ("Parameters, M", lambda row: _number(row.cost.parameters / 1e6 if row.cost else None, 2)),
        ("GMac", lambda row: _number(row.cost.multiply_adds / 1e9 if row.cost else None, 3)),
        ("in pyramid and heads", lambda row: _percent(row.heads_share)),
        ("Memory access, MB", lambda row: _number(row.cost.memory_bytes / 1e6 if row.cost else None, 1)),
        ("Share of sgemm rate", lambda row: _percent(comparison.sgemm_share(row))),
        ("Files, MB", lambda row: _number(row.file_bytes / 1e6, 1)),
        ("Peak memory, MB", lambda row: _number(row.peak_memory_bytes / 1e6 if row.peak_memory_bytes else None, 0)),
    ]


_ACCURACY_COLUMNS: list[Column] = [
    ("Model", lambda row: row.model),
    ("Mean quad IoU", lambda row: _number(row.accuracy.mean_quad_iou if row.accuracy else None, 3)),
    ("Cards with IoU 0.9", lambda row: _percent(row.accuracy.recall_90 if row.accuracy else None)),
    ("Box AP@0.5", lambda row: _number(row.accuracy.box_ap_50 if row.accuracy else None, 3)),
    ("AP@[.5:.95]", lambda row: _number(row.accuracy.box_ap_50_95 if row.accuracy else None, 3)),
    ("Card-free pictures that show one", lambda row: _percent(row.accuracy.card_free_share if row.accuracy else None)),
]


def _table(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    words = ("Model", "Engine")
    lines = [
        "| " + " | ".join(heading for heading, _ in columns) + " |",
        "|" + "|".join("---" if heading in words else "---:" for heading, _ in columns) + "|",
    ]
    lines += ["| " + " | ".join(cell(row) for _, cell in columns) + " |" for row in rows]
    return "\n".join(lines)


def _median_ms(latency: Latency | None) -> float:
    return latency.median_ms if latency else float("nan")


def _with_quartiles(latency: Latency | None) -> str:
    if latency is None:
        return ""
    return f"{latency.median_ms:.1f} ({latency.lower_quartile_ms:.1f} to {latency.upper_quartile_ms:.1f})"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"

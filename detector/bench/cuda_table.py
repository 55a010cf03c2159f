"""A comparison on a CUDA GPU as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from detector.bench.cuda import CudaComparison
from detector.bench.models import SIDE_PX


def to_markdown(comparison: CudaComparison) -> str:
    """The conditions, and a table each of pipelines, frames a second, and networks."""
    libraries = ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
    (width, height), first = comparison.picture_px, next(iter(comparison.pipelines.values()))
    pipelines = [
        (name, f"{one.median_ms:.2f} ({one.lower_quartile_ms:.2f} to {one.upper_quartile_ms:.2f})")
        + (f"{one.per_second:,.0f}", f"{one.median_ms / first.median_ms:.1f}")
        for name, one in comparison.pipelines.items()
    ]
    frames = [
        (f"{count} detectors, a frame at a time each", f"{fps:,.0f}") for count, fps in comparison.detectors.items()
    ]
    frames += [(f"one detector, {count} frames at once", f"{fps:,.0f}") for count, fps in comparison.batches.items()]
    networks = [
        (one.model, str(one.batch), f"{one.per_s:,.0f}", f"{100 * one.bandwidth_share:.1f} %")
        for one in comparison.networks
    ]
    return "\n\n".join(
        [
            f"{comparison.device}, {libraries}. A frame of {width} x {height} with {comparison.cards} card(s) found; "
            f"medians of {first.repeats} calls, with quartiles.",
            _table(("From a frame to what is found", "ms", "FPS", "times the quick search's"), pipelines),
            _table(("Quick search", "frames a second"), frames),
            f"Networks alone on pictures of {SIDE_PX} x {SIDE_PX} in the device's memory, half precision, as CUDA "
            f"graphs. A copy there reads and writes {comparison.copied_bytes_per_s / 1e9:,.0f} GB a second.",
            _table(("Network", "pictures at once", "pictures a second", "share of the bandwidth"), networks),
        ]
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|---" + "|---:" * (len(headings) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])

"""A run's history as CSV and as a picture."""

from __future__ import annotations

import csv
from pathlib import Path


def write_curves(folder: Path, history: list[dict[str, float]]) -> None:
    """Write `curves.csv` and `curves.png`: a panel for each column against steps."""
    columns = list(dict.fromkeys(name for row in history for name in row))
    with (folder / "curves.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(history)
    _plot(folder / "curves.png", history, [name for name in columns if name not in ("step", "minutes")])


def _plot(path: Path, history: list[dict[str, float]], columns: list[str]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = (len(columns) + 2) // 3
    figure = Figure(figsize=(12, 2.6 * rows), layout="constrained")
    for index, name in enumerate(columns):
        axes = figure.add_subplot(rows, 3, index + 1)
        axes.plot([row["step"] for row in history if name in row], [row[name] for row in history if name in row])
        axes.set_title(name)
        axes.grid(alpha=0.3)
    FigureCanvasAgg(figure).print_png(path)  # type: ignore[no-untyped-call]

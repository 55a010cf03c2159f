"""Forms whose labels stand level with their fields."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout


def level_labels(form: QFormLayout) -> None:
    """Make each label as high as its field, to stand at its middle: the layout gives it no more than it asks for."""
    for row in range(form.rowCount()):
        label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
        widget = label.widget() if label else None
        if widget and field:
            widget.setMinimumHeight(field.sizeHint().height())

from __future__ import annotations

from pathlib import Path

from app.documents.names import OutputNames
from app.documents.writers import FileFormat


def claimed(names: OutputNames, picture: str, cards: int = 1, overlay: bool = False) -> list[str]:
    paths = names.claim(Path(picture), cards, overlay=overlay)
    return [path.name for path in (*paths.crops, *([paths.overlay] if paths.overlay else []))]


def test_crops_are_numbered_and_the_overlay_named(tmp_path: Path) -> None:
    names = OutputNames(tmp_path, FileFormat.JPEG, overwrite=False)

    assert claimed(names, "in/photo.png", 2, overlay=True) == ["photo-1.jpg", "photo-2.jpg", "photo-overlay.jpg"]


def test_the_same_stem_never_collides(tmp_path: Path) -> None:
    names = OutputNames(tmp_path, FileFormat.PNG, overwrite=True)
    pictures = ["a/photo.png", "b/photo.jpg", "c/PHOTO.jpg", "photo-1.png", "photo_2.png", "photo.1.png"]

    given = [name.lower() for picture in pictures for name in claimed(names, picture, 3, overlay=True)]

    assert len(set(given)) == len(given)


def test_names_on_the_disk_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo-2.png").touch()
    names = OutputNames(tmp_path, FileFormat.PNG, overwrite=False)

    assert claimed(names, "photo.png", 2) == ["photo_2-1.png", "photo_2-2.png"]


def test_unless_they_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "photo-2.png").touch()
    names = OutputNames(tmp_path, FileFormat.PNG, overwrite=True)

    assert claimed(names, "photo.png", 2) == ["photo-1.png", "photo-2.png"]

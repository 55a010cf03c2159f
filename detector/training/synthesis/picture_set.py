"""A folder of rendered pictures in the format that `cardlight evaluate` reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from detector.geometry import Image
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.camera import photograph
from detector.training.synthesis.composition import compose_scene
from detector.training.synthesis.scene import Scene, render

# Scenes are composed in a frame as large as the finder's input, and drawn at a picture's size.
FRAME_SIDE_PX = 320
ASPECTS = (4 / 3, 3 / 4, 16 / 9, 9 / 16, 1.0)
JPEG_QUALITY = 92


Take = Callable[[np.random.Generator, Image], Image]


def draw_picture(rng: np.random.Generator, bank: Bank, side_px: int, take: Take = photograph) -> tuple[Scene, Image]:
    """A scene, and the picture that a camera takes of it, with a longer side of `side_px` pixels."""
    aspect = float(rng.choice(ASPECTS))
    width, height = round(FRAME_SIDE_PX * min(1.0, aspect)), round(FRAME_SIDE_PX / max(1.0, aspect))
    scene = compose_scene(rng, bank, width, height)
    scale = side_px / FRAME_SIDE_PX
    size = (round(width * scale), round(height * scale))
    return scene, take(rng, render(scene, np.diag([scale, scale, 1.0]), size))


def picture_set_files(folder: Path, count: int) -> list[Path]:
    """The files that `write_picture_set` writes for `count` pictures: the pictures in their order, then the labels."""
    return [*(folder / f"scene-{number:04}.jpg" for number in range(count)), folder / "annotations.json"]


def write_picture_set(
    folder: Path,
    bank: Bank,
    count: int,
    side_px: int,
    seed: int,
    report: Callable[[int], None],
    take: Take = photograph,
    write: Callable[[Path, bytes], object] = Path.write_bytes,
) -> None:
    """Write `count` JPEG pictures, which the camera `take` takes, and their `annotations.json` into a folder.

    Pictures with a card too far hidden to be asked for are left out: to find it and not to find it are both right.
    """
    *files, labels = picture_set_files(folder, count)
    annotations: list[dict[str, Any]] = []
    number = 0
    while len(annotations) < count:
        scene, image = draw_picture(np.random.default_rng((seed, number)), bank, side_px, take)
        number += 1
        if len(scene.hidden_cards):
            continue
        file = files[len(annotations)]
        _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        write(file, encoded.tobytes())
        annotations.append(_annotation(file.name, scene, image))
        report(len(annotations))
    write(labels, json.dumps(annotations).encode())


def _annotation(name: str, scene: Scene, image: Image) -> dict[str, Any]:
    height, width = image.shape[:2]
    cards = len(scene.cards)
    group = "no card" if cards == 0 else "one card" if cards == 1 else "several cards"
    # By the longer side, as it was drawn: the shorter one is rounded to pixels.
    quads = (scene.cards * (max(width, height) / FRAME_SIDE_PX)).round(2).tolist()
    return {"file": name, "width": width, "height": height, "quads": quads, "document": group}

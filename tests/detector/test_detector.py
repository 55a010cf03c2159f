"""The detector around hand-written engines: what they see and say in their inputs comes out in picture pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from detector.detector import CLOSE_LOOKS, FINDER_LOOKS, SURE_OF_CARD, Detector, Search, quarter_turn, relative_moves
from detector.engines import AlignerResult, FinderResult
from detector.errors import DeviceUnavailableError, InvalidImageError, ModelFileError
from detector.geometry import bounding_box, quad_iou, rectangle_quad
from detector.image_pyramid import ImagePyramid
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import encode_corners
from detector.network.config import ALIGNER, LIGHT, AlignerConfig, FinderConfig
from detector.postprocess import DUPLICATE_IOU
from detector.preprocess import FINDER_SIDE_PX

Quad = NDArray[np.float64]

# BGR of the discs at the content's top-left, top-right, bottom-right and bottom-left corner.
COLOURS = ((0, 0, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255))
BLANK = np.full((480, 640, 3), 90, np.uint8)
VIEW = np.array([ALIGNER.view_width_px, ALIGNER.view_height_px], np.float64)

# Corners that a view's candidate does not have: it moves by a tenth of its size, and is looked at again.
SMALLER = (rectangle_quad(1, 1) * 0.62 + 0.19) * VIEW

FINDER_SCORE = 0.81


class Engine:
    """Says that there are cards at `found` (pixels of the smaller input); the rest is up to its subclasses."""

    device = "nowhere"
    finder_config: FinderConfig = LIGHT
    aligner_config: AlignerConfig = ALIGNER

    def __init__(self, found: Sequence[Quad] = ()) -> None:
        self.found = list(found)
        self.sides_px: list[int] = []
        self.view_counts: list[int] = []

    def pyramid(self, image: NDArray[np.uint8]) -> ImagePyramid:
        return ImagePyramid(image)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        side_px = max(pictures.shape)
        self.sides_px.append(side_px)
        anchors = anchor_boxes(LIGHT.anchors, pictures.shape[2], pictures.shape[1])
        scores, corners = np.zeros(len(anchors), np.float32), np.zeros((len(anchors), 8), np.float32)
        for index, quad in enumerate(self.found):
            scores[index] = FINDER_SCORE
            corners[index] = encode_corners(quad * side_px / FINDER_SIDE_PX, anchors[index])
        return FinderResult(scores[None], corners[None])

    def align(self, views: NDArray[np.uint8]) -> AlignerResult:
        self.view_counts.append(len(views))
        return self.judge(views)

    def judge(self, views: NDArray[np.uint8]) -> AlignerResult:
        raise NotImplementedError


class SeeingEngine(Engine):
    """Finds a card by the coloured discs at its corners, in whatever picture it is shown."""

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        results = []
        for picture in pictures:
            self.found = [disc_centres(picture) * FINDER_SIDE_PX / max(picture.shape)]
            results.append(super().find(picture[None]))
        return FinderResult(*(np.concatenate(parts) for parts in zip(*results, strict=True)))

    def judge(self, views: NDArray[np.uint8]) -> AlignerResult:
        quads = [disc_centres(view) for view in views]
        starts = [int(np.argmin(quad.sum(axis=1))) for quad in quads]
        corners = np.stack([np.roll(quad, -start, axis=0) for quad, start in zip(quads, starts, strict=True)])
        rotation = np.stack([np.eye(4)[-start % 4] for start in starts])
        return AlignerResult(
            corners.astype(np.float32), rotation.astype(np.float32), np.full(len(views), 0.8, np.float32)
        )


class FixedEngine(Engine):
    """Finds the same in every picture, and gives the same answers for every view.

    They are corners, rotation, and for the views in turn the chances of a card.
    """

    def __init__(
        self,
        found: Sequence[Quad],
        card: Sequence[float] = (0.9,),
        rotation: Sequence[float] = (1, 0, 0, 0),
        corners: Quad | None = None,
    ) -> None:
        super().__init__(found)
        inner = rectangle_quad(1, 1) * 0.78 + 0.11
        self.corners = inner * VIEW if corners is None else corners
        self.card, self.rotation = np.array(card, np.float32), np.array(rotation, np.float32)

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        """What is higher than wide is taken for a picture that was turned to the left."""
        found, (height, width) = self.found, pictures.shape[1:3]
        if height > width:
            self.found = [np.stack([quad[:, 1], height - quad[:, 0]], axis=1) for quad in found]
        result = super().find(pictures)
        self.found = found
        return result

    def judge(self, views: NDArray[np.uint8]) -> AlignerResult:
        count = len(views)
        corners = np.repeat(self.corners[None].astype(np.float32), count, axis=0)
        return AlignerResult(corners, np.repeat(self.rotation[None], count, axis=0), self.card[:count])


def disc_centres(picture: NDArray[np.uint8]) -> Quad:
    """Centres of mass of the four colours in a picture (H, W, 3)."""
    blue, green, red = picture.transpose(2, 0, 1) / 255
    weights = (red - green, green - red, blue, np.minimum(green, red))
    y, x = np.indices(blue.shape) + 0.5
    light = [weight.clip(0) for weight in weights]
    return np.array([((x * w).sum() / w.sum(), (y * w).sum() / w.sum()) for w in light])


def picture_of(quad: Quad, width: int, height: int) -> NDArray[np.uint8]:
    """A black picture with the coloured discs at the corners of a quad."""
    image = np.zeros((height, width, 3), np.uint8)
    radius = 0.025 * float(np.linalg.norm(quad[2] - quad[0]))
    for (x, y), colour in zip(quad, COLOURS, strict=True):
        centre = (round((x - 0.5) * 16), round((y - 0.5) * 16))
        cv2.circle(image, centre, round(radius * 16), colour, cv2.FILLED, cv2.LINE_AA, 4)
    return image


def card_in(width: int, height: int, turns: int = 0, degrees: float = 8) -> Quad:
    """A card, a little in perspective, in the middle of a picture; its content turned clockwise by quarters."""
    quad = np.array([[-0.30, -0.20], [0.32, -0.17], [0.29, 0.21], [-0.31, 0.18]]) * min(width, height)
    angle = np.radians(degrees)
    turned = quad @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.roll(turned + (0.5 * width, 0.5 * height), -turns, axis=0)


@pytest.mark.parametrize(
    ("width", "height"), [(640, 480), (1280, 720), (480, 1000), (200, 150), (1000, 1000), (4000, 3000)]
)
def test_a_card_is_found_where_it_is_in_the_picture(width: int, height: int) -> None:
    quad = card_in(width, height)
    (card,) = Detector(SeeingEngine()).detect(picture_of(quad, width, height))
    np.testing.assert_allclose(card.quad, quad, atol=0.004 * min(width, height))
    np.testing.assert_allclose(card.box, bounding_box(card.quad))
    assert card.score == pytest.approx(0.8 * np.sqrt(FINDER_SCORE))
    assert card.rotation == 0


@pytest.mark.parametrize("degrees", [-60, -30, 0, 30, 60])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_the_quad_starts_at_the_contents_top_left(turns: int, degrees: float) -> None:
    quad = card_in(800, 600, turns, degrees)
    (card,) = Detector(SeeingEngine()).detect(picture_of(quad, 800, 600))
    np.testing.assert_allclose(card.quad, quad, atol=2.5)
    expected = (round(degrees / 90) + turns) % 4 * 90
    assert card.rotation == expected


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, 0), (40, 0), (50, 90), (90, 90), (180, 180), (-90, 270), (-44, 0)]
)
def test_quarter_turns(degrees: float, expected: int) -> None:
    assert quarter_turn(card_in(100, 100, degrees=degrees)) == expected


def test_moves_are_those_of_the_farthest_corner_by_the_quads_size() -> None:
    before = np.stack([rectangle_quad(90, 40), rectangle_quad(30, 30)])
    after = before.copy()
    after[0, 2] += (6, -3)
    after[1] += 3
    np.testing.assert_allclose(relative_moves(before, np.roll(after, 3, axis=1)), [0.1, 0.1])


def test_an_unsure_rotation_is_none() -> None:
    quad = rectangle_quad(100, 60) + 50
    sure = Detector(FixedEngine([quad], rotation=(0.1, 0.1, 0.7, 0.1))).detect(BLANK)
    unsure = Detector(FixedEngine([quad], rotation=(0.2, 0.2, 0.5, 0.1))).detect(BLANK)
    assert [card.rotation for card in sure + unsure] == [180, None]


def test_nothing_found_is_an_empty_list_without_a_second_look() -> None:
    engine = FixedEngine([])
    assert Detector(engine).detect(BLANK) == []
    assert engine.view_counts == []


def test_the_box_ends_at_the_picture_and_the_quad_does_not() -> None:
    """The card covers the whole picture, 320x240 in the finder's input, and the aligner's corners lie outside."""
    engine = FixedEngine([rectangle_quad(320, 240)], corners=rectangle_quad(1, 1) * VIEW)
    (card,) = Detector(engine).detect(BLANK)
    np.testing.assert_allclose(card.box, [0, 0, 640, 480])
    assert card.quad.min() < -1


def test_all_candidates_are_aligned_as_one_batch() -> None:
    found = [rectangle_quad(100, 60) + shift for shift in (10, 100, 170)]
    engine = FixedEngine(found, card=(0.9, 0.8, 0.7), corners=SMALLER)
    assert len(Detector(engine).detect(BLANK)) == 3
    assert engine.view_counts == [3, 3]


class FarSightedEngine(FixedEngine):
    """Sees nothing at the smaller input."""

    def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
        result = super().find(pictures)
        return result if max(pictures.shape) > FINDER_SIDE_PX else FinderResult(0 * result.scores, result.corners)


@pytest.mark.parametrize(("search", "cards"), [("quick", 0), ("thorough", 1)])
def test_a_thorough_search_finds_what_only_the_larger_input_shows(search: Search, cards: int) -> None:
    engine = FarSightedEngine([rectangle_quad(100, 60)])
    found = Detector(engine, search=search).detect(BLANK)
    assert engine.sides_px == [look.side_px for look in FINDER_LOOKS[search]]
    assert len(found) == cards
    for card in found:
        np.testing.assert_allclose(card.quad, rectangle_quad(200, 120), atol=0.01)


def test_what_the_first_look_rejects_is_not_looked_at_again() -> None:
    found = [rectangle_quad(100, 60) + shift for shift in (10, 150)]
    engine = FixedEngine(found, card=(0.9, 0.01), corners=SMALLER)
    (card,) = Detector(engine).detect(BLANK)
    assert engine.view_counts == [2, 1]
    assert quad_iou(card.quad, found[0] * 2) > 0.3


def test_what_the_first_look_hardly_moves_is_not_looked_at_again() -> None:
    engine = FixedEngine([rectangle_quad(100, 60) + shift for shift in (10, 150)], card=(0.95, 0.01))
    (card,) = Detector(engine).detect(BLANK)
    assert engine.view_counts == [2]
    np.testing.assert_allclose(card.quad, (rectangle_quad(100, 60) + 10) * 2, atol=0.01)


class WaveringEngine(FixedEngine):
    """Takes what it sees for a card with one probability at the first look, and with another at the second."""

    def judge(self, views: NDArray[np.uint8]) -> AlignerResult:
        chance = self.card[len(self.view_counts) - 1]
        return super().judge(views)._replace(card=np.full(len(views), chance, np.float32))


@pytest.mark.parametrize(("card", "score"), [((0.6, 0.9), 0.75), ((0.89, 0.45), 0.67), ((0.96, 0.3), 0.96)])
def test_what_is_no_sure_card_at_first_is_looked_at_again_and_the_mean_counts(
    card: tuple[float, float], score: float
) -> None:
    engine = WaveringEngine([rectangle_quad(100, 60)], card=card)
    (found,) = Detector(engine).detect(BLANK)
    assert found.score == pytest.approx(score * np.sqrt(FINDER_SCORE))
    assert len(engine.view_counts) == (1 if card[0] > SURE_OF_CARD else CLOSE_LOOKS)


def test_nothing_is_left_when_the_first_look_rejects_all() -> None:
    engine = FixedEngine([rectangle_quad(100, 60)], card=(0.01,))
    assert Detector(engine).detect(BLANK) == []
    assert engine.view_counts == [1]


def test_cards_come_best_first() -> None:
    engine = FixedEngine([rectangle_quad(90, 60) + s for s in (10, 150)], card=(0.6, 0.9))
    cards = Detector(engine, threshold=0.5).detect(BLANK)
    assert [card.score for card in cards] == pytest.approx(np.array([0.9, 0.6]) * np.sqrt(FINDER_SCORE))
    np.testing.assert_allclose([card.box[0] for card in cards], [300, 20], atol=0.01)


def test_only_scores_from_the_threshold_on_count() -> None:
    engine = FixedEngine([rectangle_quad(90, 60) + s for s in (10, 150)], card=(0.6, 0.4))
    assert len(Detector(engine, threshold=0.5).detect(BLANK)) == 1
    assert len(Detector(engine, threshold=0.3).detect(BLANK)) == 2
    assert Detector(engine, threshold=0.7).detect(BLANK) == []


def test_of_cards_that_become_one_when_aligned_the_best_is_kept() -> None:
    """A good and a much too large candidate of one card are both aligned to its quad."""
    quad = card_in(640, 480)

    class TwiceSeeingEngine(SeeingEngine):
        def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
            seen = disc_centres(pictures[0]) * FINDER_SIDE_PX / max(pictures.shape)
            self.found = [seen, (seen - seen.mean(axis=0)) * 1.6 + seen.mean(axis=0)]
            assert quad_iou(*self.found) < DUPLICATE_IOU
            return Engine.find(self, pictures)

    engine = TwiceSeeingEngine()
    (card,) = Detector(engine).detect(picture_of(quad, 640, 480))
    assert engine.view_counts[0] == 2
    np.testing.assert_allclose(card.quad, quad, atol=2)


@pytest.mark.parametrize("corners", [rectangle_quad(1, 1)[::-1] * VIEW, np.full((4, 2), 10.0)])
def test_corners_that_make_no_card_are_dropped(corners: Quad) -> None:
    assert Detector(FixedEngine([rectangle_quad(100, 60)], corners=corners)).detect(BLANK) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3000, 2), (64, 64)])
def test_any_size_of_picture_is_searched(size: tuple[int, int]) -> None:
    engine = FixedEngine([rectangle_quad(100, 60)], card=(0.9, 0.9, 0.9))
    cards = Detector(engine).detect(np.full((*size, 3), 90, np.uint8))
    assert cards
    assert all(np.isfinite(card.quad).all() for card in cards)


@pytest.mark.parametrize(
    "array", [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3), np.float32), np.zeros((0, 9, 3), np.uint8)]
)
def test_other_arrays_are_refused(array: NDArray[np.generic]) -> None:
    with pytest.raises(InvalidImageError):
        Detector(FixedEngine([])).detect(array)  # type: ignore[arg-type]


def test_loading_from_a_folder_without_models_names_the_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"^finder\.onnx is missing; .*$"):
        Detector.load("cpu", models=tmp_path)


def test_loading_a_damaged_model_names_it(tmp_path: Path) -> None:
    (tmp_path / "finder.onnx").write_bytes(b"damaged")
    with pytest.raises(ModelFileError, match=r"^finder\.onnx can't be loaded.*$"):
        Detector.load("cpu", models=tmp_path)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU")
def test_cuda_is_refused_where_there_is_none(models: Path) -> None:
    with pytest.raises(DeviceUnavailableError, match=r"^no CUDA GPU can be used here; .*$"):
        Detector.load("cuda", models=models)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU")
def test_auto_falls_back_to_the_cpu(models: Path) -> None:
    assert Detector.load(models=models).device == "CPU (ONNX Runtime)"


def test_a_torch_with_cuda_is_used_whatever_packages_its_libraries_came_in(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows and from conda there is no package `nvidia` beside it."""
    monkeypatch.setattr("detector.detector.is_built_with_cuda", lambda torch: True)
    monkeypatch.setattr("detector.engines.torch_engine.cuda_is_available", lambda: True)
    monkeypatch.setattr("detector.engines.torch_engine.TorchEngine", lambda models, device: f"torch on {device}")
    assert Detector.load("auto", models=models).engine == "torch on cuda"


def test_a_threshold_may_be_chosen_while_loading(models: Path) -> None:
    assert Detector.load("cpu", threshold=0.0, models=models).threshold == 0


def test_several_pictures_are_searched_as_each_alone() -> None:
    """Of two shapes, one without a card: what is found in each is what `detect` finds there."""
    engine = SeeingEngine()
    pictures = [picture_of(card_in(*size, turns), *size) for size, turns in (((640, 480), 0), ((480, 640), 1))]
    detector = Detector(engine)
    together = detector.detect_batch([pictures[0], pictures[1], pictures[0]])
    alone = [detector.detect(picture) for picture in (pictures[0], pictures[1], pictures[0])]
    assert [len(found) for found in together] == [1, 1, 1]
    for (found,), (expected,) in zip(together, alone, strict=True):
        np.testing.assert_allclose(found.quad, expected.quad)
        assert (found.score, found.rotation) == (expected.score, expected.rotation)


def test_of_several_pictures_each_gets_its_own_cards() -> None:
    class OnlyInBright(FixedEngine):
        def find(self, pictures: NDArray[np.uint8]) -> FinderResult:
            one = super().find(pictures[:1])
            bright = (pictures.reshape(len(pictures), -1).max(axis=1) > 200).astype(np.float32)
            return FinderResult(one.scores * bright[:, None], np.repeat(one.corners, len(pictures), axis=0))

    engine = OnlyInBright([rectangle_quad(100, 60)], card=(0.9, 0.9, 0.9))
    bright = np.full_like(BLANK, 255)
    found = Detector(engine).detect_batch([BLANK, bright, BLANK, bright])
    assert [len(one) for one in found] == [0, 1, 0, 1]


def test_no_pictures_have_no_cards() -> None:
    assert Detector(FixedEngine([])).detect_batch([]) == []

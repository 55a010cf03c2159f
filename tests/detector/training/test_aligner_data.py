from __future__ import annotations

import numpy as np
import pytest
import torch

from detector.align import landscape_order, view_homography
from detector.geometry import (
    is_convex_clockwise,
    quad_iou,
    rectangle_quad,
    side_lengths,
    transform_points,
    warp_perspective,
)
from detector.network.config import ALIGNER, AlignerConfig
from detector.training.aligner_data import (
    CARD,
    NO_CARD,
    UNDECIDED,
    AlignerBatch,
    AlignerBatches,
    close_view,
    disturbed,
    misplaced_candidate,
    random_candidate,
    scene_views,
)
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.mipmap import build_mipmap
from detector.training.synthesis.scene import Layer, Quad, Scene, render

QUAD = np.array([[80, 60], [230, 70], [225, 170], [75, 155.0]])
NOTHING = np.zeros((0, 4, 2))
# The red corner of a blue face is its content's top-left.
RED, BLUE = np.array([0, 0, 255]), np.array([255, 0, 0])


def scene_with(cards: Quad, hidden: Quad = NOTHING) -> Scene:
    face = np.full((200, 320, 4), (*BLUE, 255), np.uint8)
    face[:80, :130, :3] = RED
    layers = tuple(Layer(build_mipmap(face), quad, "card") for quad in (*cards, *hidden))
    background = build_mipmap(np.full((60, 80, 3), 90, np.uint8))
    return Scene(320, 240, background, rectangle_quad(320, 240), layers, cards, hidden, NOTHING)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("start", [0, 1, 2, 3])
def test_the_rotation_says_which_corner_is_the_contents_top_left(start: int) -> None:
    scene = scene_with(np.roll(QUAD, start, axis=0)[None])
    view = close_view(rng(), scene, QUAD + 2, ALIGNER)
    size = (ALIGNER.view_width_px, ALIGNER.view_height_px)
    picture = render(scene, view_homography(landscape_order(QUAD + 2), *size), size)
    assert view.card == CARD
    centre = view.corners.mean(axis=0)
    inwards = [tuple(np.round(corner + 0.12 * (centre - corner)).astype(int)) for corner in view.corners]
    is_red = [bool(np.allclose(picture[y, x], RED, atol=3)) for x, y in inwards]
    assert is_red == [corner == view.rotation for corner in range(4)]


def test_corners_are_where_the_card_is_seen() -> None:
    """Just inside of each corner is the card, just outside the background."""
    scene = scene_with(QUAD[None])
    candidate = QUAD + np.array([[3, -4], [-5, 2], [4, 4], [-2, 3]])
    view = close_view(rng(), scene, candidate, ALIGNER)
    size = (ALIGNER.view_width_px, ALIGNER.view_height_px)
    picture = render(scene, view_homography(landscape_order(candidate), *size), size)
    centre = view.corners.mean(axis=0)
    for corner in view.corners:
        towards = (centre - corner) / np.linalg.norm(centre - corner)
        inner, outer = np.floor(corner + 3 * towards).astype(int), np.floor(corner - 3 * towards).astype(int)
        assert int(np.ptp(picture[inner[1], inner[0]])) > 200
        assert int(np.ptp(picture[outer[1], outer[0]])) < 10


def test_corners_of_a_view_start_at_its_top_left() -> None:
    for seed in range(12):
        start = np.random.default_rng(seed)
        view = close_view(start, scene_with(np.roll(QUAD, seed % 4, axis=0)[None]), disturbed(start, QUAD), ALIGNER)
        if view.card == CARD:
            middle = np.array([ALIGNER.view_width_px, ALIGNER.view_height_px]) / 2
            assert ((view.corners < middle) == [[True, True], [False, True], [False, False], [True, False]]).all()


def test_views_are_of_the_aligners_size() -> None:
    view = close_view(rng(), scene_with(QUAD[None]), QUAD, ALIGNER)
    assert view.image.shape == (ALIGNER.view_height_px, ALIGNER.view_width_px, 3)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_what_lies_beyond_the_frame_is_black_as_in_a_pictures_view(share: float) -> None:
    """Most of the card lies in the frame; the rest is in the scene, but no camera saw it."""
    outside = QUAD + (320 - QUAD[:, 0].max() + share * np.ptp(QUAD[:, 0]), 0)
    view = close_view(rng(), scene_with(outside[None]), outside, ALIGNER)
    to_view = view_homography(landscape_order(outside), ALIGNER.view_width_px, ALIGNER.view_height_px)
    seen = warp_perspective(
        np.full((240, 320), 255, np.uint8), to_view, (ALIGNER.view_width_px, ALIGNER.view_height_px)
    )
    assert view.card == CARD
    assert not view.image[seen == 0].any()
    assert view.image[seen == 255].mean() > 20


def along(share: float) -> Quad:
    """A candidate that overlaps the card by about this IoU."""
    step = (1 - share) / (1 + share)
    return np.asarray(QUAD + step * (QUAD[1] - QUAD[0]))


@pytest.mark.parametrize(
    ("share", "card"), [(0.9, CARD), (0.6, CARD), (0.46, UNDECIDED), (0.38, NO_CARD), (0.0, NO_CARD)]
)
def test_how_much_of_a_card_a_candidate_has_to_be_on(share: float, card: int) -> None:
    assert quad_iou(along(share), QUAD) == pytest.approx(share, abs=0.05)
    assert close_view(rng(), scene_with(QUAD[None]), along(share), ALIGNER).card == card


@pytest.mark.parametrize(("share", "card"), [(0.9, UNDECIDED), (0.3, UNDECIDED), (0.05, NO_CARD)])
def test_hidden_cards_are_neither_asked_for_nor_counted_against(share: float, card: int) -> None:
    assert close_view(rng(), scene_with(NOTHING, QUAD[None]), along(share), ALIGNER).card == card


def test_of_two_cards_the_one_under_the_candidate_is_meant() -> None:
    other = QUAD + (0, -90)
    view = close_view(rng(), scene_with(np.stack([other, QUAD])), QUAD, ALIGNER)
    to_view = view_homography(landscape_order(QUAD), ALIGNER.view_width_px, ALIGNER.view_height_px)
    np.testing.assert_allclose(view.corners, transform_points(to_view, QUAD), atol=1e-6)


def test_disturbed_quads_are_near_the_true_one_and_not_biased() -> None:
    start = rng()
    quads = np.stack([disturbed(start, QUAD) for _ in range(600)])
    overlaps = np.array([quad_iou(quad, QUAD) for quad in quads])
    np.testing.assert_allclose(quads.mean(axis=0), QUAD, atol=1.5)
    assert 0.8 < np.median(overlaps) < 0.95
    assert np.percentile(overlaps, 2) > 0.55


def test_misplaced_candidates_are_on_a_part_or_on_too_much() -> None:
    start = rng()
    overlaps = [quad_iou(misplaced_candidate(start, QUAD), QUAD) for _ in range(100)]
    assert np.mean(np.array(overlaps) < 0.5) > 0.9


def test_random_candidates_are_about_as_large_as_cards_may_be() -> None:
    start, scene = rng(), scene_with(NOTHING)
    sides = np.array([side_lengths(random_candidate(start, scene)).max() for _ in range(100)])
    assert sides.min() < 60
    assert 200 < sides.max() < 500


def test_a_scene_gives_views_of_sound_candidates(bank: Bank) -> None:
    for seed in range(6):
        views = scene_views(np.random.default_rng(seed), bank, ALIGNER)
        assert len(views) == 4
        assert all(is_convex_clockwise(view.corners) for view in views if view.card == CARD)


@pytest.fixture(scope="module")
def batches(bank: Bank, tiny_aligner: AlignerConfig) -> AlignerBatches:
    return AlignerBatches(bank, tiny_aligner, batch_size=10, seed=3)


def tensors(batch: AlignerBatch) -> tuple[torch.Tensor, ...]:
    return batch.images, batch.corners, batch.rotation, batch.card


def test_the_shapes_of_a_batch(batches: AlignerBatches) -> None:
    assert [tuple(tensor.shape) for tensor in tensors(batches[0])] == [(10, 3, 32, 64), (10, 4, 2), (10,), (10,)]


def test_batches_hold_cards_either_way_up_and_what_is_no_card(batches: AlignerBatches) -> None:
    some = [batches[index] for index in range(8)]
    card = torch.cat([batch.card for batch in some])
    rotation = torch.cat([batch.rotation for batch in some])
    assert {0, 2} <= set(rotation[card == CARD].tolist())
    assert 0.3 < (card == CARD).float().mean() < 0.8
    assert (card == NO_CARD).float().mean() > 0.1


def test_a_batch_depends_on_seed_and_index_alone(
    bank: Bank, tiny_aligner: AlignerConfig, batches: AlignerBatches
) -> None:
    again = AlignerBatches(bank, tiny_aligner, batch_size=10, seed=3)
    _ = again[1]
    assert all(torch.equal(a, b) for a, b in zip(tensors(again[0]), tensors(batches[0]), strict=True))
    assert not torch.equal(batches[1].images, batches[0].images)
    other = AlignerBatches(bank, tiny_aligner, batch_size=10, seed=4)[0]
    assert not torch.equal(other.images, batches[0].images)


def test_a_batch_is_moved_whole(batches: AlignerBatches) -> None:
    assert all(tensor.device.type == "meta" for tensor in tensors(batches[0].to(torch.device("meta"))))

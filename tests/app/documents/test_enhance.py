from __future__ import annotations

import numpy as np
import pytest

from app.documents.enhance import enhance


def off_by(first: np.ndarray, second: np.ndarray) -> float:
    """Mean difference, whatever the brightness of the whole."""
    first, second = first.astype(float), second.astype(float)
    return float(np.abs(first - second * (first.mean() / second.mean())).mean())


@pytest.fixture
def shadow(card) -> np.ndarray:
    """A soft shadow from the left to the right, over the card's size."""
    return np.linspace(0.6, 1.0, card.shape[1])[None, :, None]


def test_a_shadow_is_evened(card, shadow) -> None:
    shaded = (card * shadow).astype(np.uint8)

    assert off_by(enhance(shaded), card) < 0.6 * off_by(shaded, card)


def test_a_veil_of_glare_is_evened(card) -> None:
    ground = (card * 0.7).astype(np.uint8)
    veil = np.linspace(0, 50, card.shape[1])[None, :, None]
    veiled = (ground + veil).astype(np.uint8)

    assert off_by(enhance(veiled), ground) < off_by(veiled, ground)


def test_a_colour_cast_goes(card) -> None:
    cast = (card * np.array([0.8, 0.95, 1.0])).astype(np.uint8)

    ground = enhance(cast)[card.min(axis=2) > 230].mean(axis=0)

    assert ground.max() - ground.min() < 3


def test_a_well_lit_card_hardly_changes(card) -> None:
    assert np.abs(enhance(card).astype(int) - card).mean() < 8


def test_a_dark_portrait_stays_even(card) -> None:
    portrait = enhance(card)[140:500, 60:310].astype(int)

    assert np.ptp(portrait.reshape(-1, 3), axis=0).max() < 20


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 300, 3), (638, 1011, 3)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_cards_of_any_shape(shape, level) -> None:
    flat = np.full(shape, level, np.uint8)

    np.testing.assert_allclose(enhance(flat), flat, atol=1)

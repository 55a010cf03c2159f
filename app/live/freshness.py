"""When it pays to wait for a fresher frame."""

from __future__ import annotations


def worth_waiting_s(age_s: float, interval_s: float) -> float:
    """How long to wait for the next frame before a frame of this age is searched; 0 to search it at once.

    A frame of over half the interval between frames is older than the wait for the next one is long. Searching that
    one instead shows a fresher picture, at the cost of a part of a frame now and then. Once the next one is overdue,
    nothing is known of it, and there is no waiting.

    Args:
        age_s: Since the frame was captured.
        interval_s: Between the source's frames, in seconds; 0 where it is not known.
    """
    rest_s = interval_s - age_s
    return rest_s if 0 < rest_s < interval_s / 2 else 0.0

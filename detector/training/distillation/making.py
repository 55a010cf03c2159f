"""Make the labels of a pool from what the teacher saw, a threshold, and what people corrected.

A folder of labels holds, in the order in which they come:

- `pool.jsonl`, the list of the pictures, and `predictions.jsonl`, all that the teacher saw;
- `corrections.jsonl`, what people corrected, where they did;
- `labels.jsonl`, a line a picture, which training reads;
- `labels.json`, the same as COCO, for people and other programs;
- `record.json`, how they came to be.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from detector.training.distillation.coco import write_coco
from detector.training.distillation.corrections import Correction, read_corrections
from detector.training.distillation.errors import DamagedLabelsError, EmptyPoolError, MissingLabelsError, writing_labels
from detector.training.distillation.json_lines import Json, new_file_beside, read_header, whole_file, write_line
from detector.training.distillation.labels import LABELS_FILE, Label, PictureLabels, as_quads, read_labels
from detector.training.distillation.predictions import PREDICTIONS_FILE, Prediction, read_predictions
from detector.training.distillation.threshold import ScoreCounts
from detector.training.record import hash_of
from detector.untrusted import share_from_json

RECORD_FILE = "record.json"
COCO_FILE = "labels.json"
_LARGEST_RECORD_BYTES = 2**20
# A candidate that scores at least this share of the threshold may be a card.
UNSURE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Rule:
    """How the threshold is found: from the cards a picture that are wanted, or it is given itself.

    Attributes:
        cards_per_picture: So many cards a picture are wanted, or None.
        threshold: The threshold itself, or None.
        source: Where the number comes from, in words.
    """

    cards_per_picture: float | None
    threshold: float | None
    source: str


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """How the labels of a pool came to be.

    Attributes:
        predictions: The provenance of the predictions: hashes of the weights, transforms.
        rule: How the threshold was found.
        threshold: The score from which on a candidate is a card.
        pictures: How many pictures have labels.
        unreadable: How many files of the pool can't be read.
        corrected: Of how many pictures a person corrected the labels.
        cards: How many cards there are.
        unsure: How many candidates are neither cards nor background.
        coco_sha256: Hash of the COCO file as it was written.
    """

    predictions: Json
    rule: Rule
    threshold: float
    pictures: int
    unreadable: int
    corrected: int
    cards: int
    unsure: int
    coco_sha256: str | None

    @property
    def cards_per_picture(self) -> float:
        """How many cards a picture has on average."""
        return self.cards / self.pictures


def make_labels(folder: Path, rule: Rule, taken_in_sha256: str | None = None) -> LabelRecord:
    """Make the labels of a folder; memory does not grow with the pool.

    A COCO file that somebody changed since it was written is left as it is.

    Args:
        folder: The folder of the labels.
        rule: How the threshold is found.
        taken_in_sha256: Hash of a file whose corrections were taken in: a COCO file that is the same is replaced.

    Raises:
        MissingLabelsError: there are no predictions.
        EmptyPoolError: no picture could be read.
        DamagedLabelsError: a file makes no sense.
        LabelFolderError: the folder can't be written to.
    """
    if not (folder / PREDICTIONS_FILE).exists():
        raise MissingLabelsError
    counts, pictures, unreadable = _count(folder)
    if not pictures:
        raise EmptyPoolError("read")
    record = LabelRecord(
        predictions=read_header(folder / PREDICTIONS_FILE),
        rule=rule,
        threshold=_threshold(rule, counts, pictures),
        pictures=pictures,
        unreadable=unreadable,
        corrected=0,
        cards=0,
        unsure=0,
        coco_sha256=None,
    )
    record = _write_labels(folder, record)
    record = replace(record, coco_sha256=_write_coco(folder, record, taken_in_sha256))
    with whole_file(folder / RECORD_FILE) as file:
        file.write(json.dumps(asdict(record), indent=1).encode("ascii") + b"\n")
    return record


def read_label_record(folder: Path) -> LabelRecord:
    """How the labels of a folder came to be.

    Raises:
        MissingLabelsError: there are none.
        DamagedLabelsError: the record makes no sense.
    """
    path = folder / RECORD_FILE
    if not path.exists():
        raise MissingLabelsError
    try:
        return _record_from_json(_read_json(path))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise DamagedLabelsError(RECORD_FILE) from error


def _read_json(path: Path) -> Json:
    if not path.is_file() or path.stat().st_size > _LARGEST_RECORD_BYTES:
        raise ValueError("no regular file, or too large")
    return dict(json.loads(path.read_bytes()))


def _record_from_json(fields: Json) -> LabelRecord:
    record = LabelRecord(**{**fields, "rule": _rule_from_json(fields["rule"])})
    counts = (record.pictures, record.unreadable, record.corrected, record.cards, record.unsure)
    if any(type(count) is not int or count < 0 for count in counts) or not record.pictures:
        raise ValueError("counts")
    if not isinstance(record.predictions, dict) or not isinstance(record.coco_sha256, str | None):
        raise ValueError("provenance")
    share_from_json(record.threshold)
    return record


def _rule_from_json(fields: Json) -> Rule:
    rule = Rule(**fields)
    if rule.threshold is not None:
        share_from_json(rule.threshold)
    if rule.cards_per_picture is not None and not _is_amount(rule.cards_per_picture):
        raise ValueError("rule")
    if rule.threshold is None and rule.cards_per_picture is None:
        raise ValueError("rule")
    return Rule(rule.cards_per_picture, rule.threshold, str(rule.source))


def _is_amount(value: object) -> bool:
    return type(value) in (int, float) and 0 < float(value) < math.inf  # type: ignore[arg-type]  # it is a number here


def coco_was_changed(folder: Path) -> bool:
    """Whether somebody changed the COCO file since it was written."""
    path = folder / COCO_FILE
    return path.exists() and hash_of(path) != _written_hash(folder)


def _written_hash(folder: Path) -> str | None:
    """Hash of the COCO file as it was last written, or None where it never was."""
    return read_label_record(folder).coco_sha256 if (folder / RECORD_FILE).exists() else None


def labels_by_teacher(folder: Path, threshold: float) -> Iterator[PictureLabels]:
    """The labels as the teacher alone makes them, one picture after the other.

    Raises:
        DamagedLabelsError: the predictions make no sense.
    """
    return (_labels(one, threshold, None) for one in read_predictions(folder) if one.problem is None)


def _threshold(rule: Rule, counts: ScoreCounts, pictures: int) -> float:
    if rule.threshold is not None:
        return rule.threshold
    assert rule.cards_per_picture is not None
    return counts.threshold(rule.cards_per_picture * pictures)


def _count(folder: Path) -> tuple[ScoreCounts, int, int]:
    """The scores of all candidates, how many pictures could be read, and how many could not."""
    counts, pictures, unreadable = ScoreCounts(), 0, 0
    for prediction in read_predictions(folder):
        if prediction.problem is not None:
            unreadable += 1
            continue
        pictures += 1
        for candidate in prediction.candidates:
            counts.add(candidate.score)
    return counts, pictures, unreadable


def _write_labels(folder: Path, record: LabelRecord) -> LabelRecord:
    """Write the labels; the record with their numbers."""
    corrections = read_corrections(folder)
    cards = unsure = corrected = 0
    with whole_file(folder / LABELS_FILE) as file:
        write_line(file, {"kind": "labels of a pool"})
        for prediction in read_predictions(folder):
            if prediction.problem is not None:
                continue
            labels = _labels(prediction, record.threshold, corrections.get(prediction.file))
            write_line(file, labels.to_json())
            cards, unsure = cards + len(labels.cards), unsure + len(labels.unsure)
            corrected += labels.by == "person"
    return replace(record, cards=cards, unsure=unsure, corrected=corrected)


def _labels(prediction: Prediction, threshold: float, correction: Correction | None) -> PictureLabels:
    place = (prediction.file, prediction.width, prediction.height)
    if correction is not None:
        return PictureLabels(*place, tuple(map(Label, correction.quads)), correction.unsure, "person")
    seen = prediction.candidates
    cards = tuple(Label(one.quad, one.score, one.agreeing) for one in seen if one.score >= threshold)
    unsure = [one.quad for one in seen if UNSURE_SHARE * threshold <= one.score < threshold]
    return PictureLabels(*place, cards, as_quads(unsure), "teacher")


def _write_coco(folder: Path, record: LabelRecord, taken_in: str | None) -> str | None:
    """Write the COCO file, unless changes were not taken in that it would replace; its hash as it was last written."""
    path, written = folder / COCO_FILE, _written_hash(folder)
    provenance = {name: value for name, value in asdict(record).items() if name != "coco_sha256"}
    with new_file_beside(path) as fresh:
        hash_ = write_coco(fresh, provenance, lambda: read_labels(folder))
        if path.exists() and hash_of(path) not in (written, taken_in, hash_):
            return written
        with writing_labels():
            fresh.replace(path)
    return hash_

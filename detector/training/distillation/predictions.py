"""What the teacher saw in the pictures of a pool: the list of pictures, and a file that grows by a line a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from detector.geometry import Image
from detector.training.distillation.errors import (
    DamagedLabelsError,
    EmptyPoolError,
    OtherFilesError,
    OtherLabelsError,
    UnreadablePictureError,
)
from detector.training.distillation.json_lines import (
    Json,
    LineAppender,
    picture_name,
    read_header,
    read_lines,
    whole_file,
    write_line,
)
from detector.training.distillation.labels import LABELS_FILE
from detector.training.distillation.teacher import Candidate, Teacher
from detector.training.distillation.threshold import SCORE_DECIMALS
from detector.training.distillation.transforms import Transform
from detector.training.record import hash_of
from detector.untrusted import count_from_json, quad_from_json, share_from_json

POOL_FILE = "pool.jsonl"
PREDICTIONS_FILE = "predictions.jsonl"
COORDINATE_DECIMALS = 2
_POOL_HEADER = {"kind": "pictures of a pool"}
_ROTATIONS = (0, 90, 180, 270)
# Files that are replaced whenever labels are made.
_NAMES_OF_LABELS = (LABELS_FILE, "record.json", "labels.png")
# A pool of whose first pictures none is there is another one.
_LOOKED_FOR = 100

ReadPicture = Callable[[Path], Image]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the teacher saw in one picture.

    Attributes:
        file: Its name below the pool, with / between folders.
        width: In pixels; 0 where it can't be read.
        height: In pixels; 0 where it can't be read.
        candidates: Best first.
        problem: Why it can't be read, in words for the user; None where it can.
    """

    file: str
    width: int
    height: int
    candidates: tuple[Candidate, ...]
    problem: str | None = None


Look = Callable[[Iterable[str]], Iterator[Prediction]]


def provenance_of(teacher: Path, preset: str, transforms: Sequence[Transform], aligner: Path | None) -> Json:
    """What decides a teacher's predictions, and nothing of the machine they are made on.

    Raises:
        ModelFileError: a file of weights can't be read.
    """
    return {
        "teacher": {"sha256": hash_of(teacher), "preset": preset},
        "aligner": None if aligner is None else {"sha256": hash_of(aligner)},
        "transforms": [asdict(transform) for transform in transforms],
    }


def predict_pool(
    pool: Path,
    folder: Path,
    names: Callable[[], Iterable[str]],
    look: Look,
    provenance: Json,
    report: Callable[[int, int, Prediction | None], None],
) -> Path:
    """Let the teacher look at every picture of a pool, going on where an earlier call was cut off.

    The pictures are listed at the beginning; those that came into the pool since an earlier call, after the others.

    Args:
        pool: Folder of the pictures.
        folder: Where the predictions are to be.
        names: Lists the pictures by their names below the pool, always in the same order.
        look: Gives what the teacher sees in each picture of these names, in their order; `looking` makes one.
        provenance: What decides the predictions; they are gone on with only where it is the same.
        report: Called after each picture with how many are done, how many there are, and what was seen; first with
            None.

    Returns:
        The file of predictions.

    Raises:
        EmptyPoolError: there is no picture.
        OtherLabelsError: the folder holds predictions of another pool or of another teacher.
        OtherFilesError: it holds somebody's files under the names of labels.
        LabelFolderError: the folder can't be written to.
        DamagedLabelsError: the predictions that are there make no sense.
    """
    _refuse_other_files(folder)
    count = _list_pool(folder / POOL_FILE, pool, names)
    path = folder / PREDICTIONS_FILE
    if path.exists() and path.stat().st_size and read_header(path) != provenance:
        raise OtherLabelsError("another teacher, or with other transforms")
    appender = LineAppender(path, provenance)
    try:
        if appender.lines > count:
            raise DamagedLabelsError(path.name)
        report(appender.lines, count, None)
        left = islice(_pool_names(folder / POOL_FILE), appender.lines, None)
        for index, prediction in enumerate(look(left), appender.lines):
            appender.append(_to_json(prediction))
            report(index + 1, count, prediction)
    finally:
        appender.close()
    return path


def read_predictions(folder: Path) -> Iterator[Prediction]:
    """The predictions of a pool, one after the other.

    Raises:
        DamagedLabelsError: the file makes no sense.
    """
    path = folder / PREDICTIONS_FILE
    for entry in read_lines(path):
        try:
            yield _from_json(entry, picture_name(entry, path))
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedLabelsError(path.name) from error


def _refuse_other_files(folder: Path) -> None:
    """Labels replace what has their names: that may happen to labels alone, which come with what was predicted."""
    if (folder / PREDICTIONS_FILE).exists() or (folder / POOL_FILE).exists():
        return
    for name in _NAMES_OF_LABELS:
        if (folder / name).exists():
            raise OtherFilesError(name)


def _list_pool(path: Path, pool: Path, names: Callable[[], Iterable[str]]) -> int:
    """Write down the pictures of a pool, after those of an earlier call what came since, and count them."""
    if path.exists():
        _refuse_other_pool(path, pool)
        _write_list(path, chain(_pool_names(path), _new_names(path, names())))
    else:
        _write_list(path, names())
    count = sum(1 for _ in read_lines(path))
    if count == 0:
        path.unlink()
        raise EmptyPoolError("found")
    return count


def _refuse_other_pool(path: Path, pool: Path) -> None:
    if read_header(path) != _POOL_HEADER:
        raise OtherFilesError(path.name)
    listed = list(islice(_pool_names(path), _LOOKED_FOR))
    if listed and not any((pool / name).exists() for name in listed):
        raise OtherLabelsError("another pool")


def _write_list(path: Path, names: Iterable[str]) -> None:
    with whole_file(path) as file:
        write_line(file, _POOL_HEADER)
        for name in names:
            write_line(file, {"file": name})


def _new_names(path: Path, names: Iterable[str]) -> Iterator[str]:
    """Those that the list at `path` lacks."""
    # Hashes take 8 bytes for a picture; among a million, two are alike in one of 40 million pools.
    listed = np.sort(np.fromiter((hash(name) for name in _pool_names(path)), np.int64))
    for name in names:
        place = int(np.searchsorted(listed, hash(name)))
        if place == len(listed) or listed[place] != hash(name):
            yield name


def _pool_names(path: Path) -> Iterator[str]:
    for entry in read_lines(path):
        yield picture_name(entry, path)


def looking(pool: Path, read: ReadPicture, teacher: Teacher) -> Look:
    """Looks at the pictures of a pool one after the other.

    Args:
        pool: Folder of the pictures.
        read: Opens a picture; raises UnreadablePictureError where it can't be.
        teacher: Looks at them.
    """
    return lambda names: (predict(pool, name, read, teacher) for name in names)


def predict(pool: Path, name: str, read: ReadPicture, teacher: Teacher) -> Prediction:
    """What a teacher sees in one picture, or why it can't be read."""
    try:
        image = read(pool / name)
    except UnreadablePictureError as error:
        return Prediction(name, 0, 0, (), str(error))
    height, width = image.shape[:2]
    return Prediction(name, width, height, tuple(teacher.find(image)))


def _to_json(prediction: Prediction) -> Json:
    if prediction.problem is not None:
        return {"file": prediction.file, "problem": prediction.problem}
    return {
        "file": prediction.file,
        "width": prediction.width,
        "height": prediction.height,
        "candidates": [
            {
                "score": round(one.score, SCORE_DECIMALS),
                "agreeing": one.agreeing,
                "quad": one.quad.round(COORDINATE_DECIMALS).tolist(),
                "rotation": one.rotation,
            }
            for one in prediction.candidates
        ],
    }


def _from_json(entry: Json, file: str) -> Prediction:
    if "problem" in entry:
        return Prediction(file, 0, 0, (), str(entry["problem"]))
    candidates = tuple(_candidate(one) for one in entry["candidates"])
    return Prediction(file, count_from_json(entry["width"]), count_from_json(entry["height"]), candidates)


def _candidate(entry: Json) -> Candidate:
    rotation: object = entry["rotation"]
    if rotation is not None and rotation not in _ROTATIONS:
        raise ValueError("rotation")
    score, agreeing = share_from_json(entry["score"]), count_from_json(entry["agreeing"])
    return Candidate(score, agreeing, quad_from_json(entry["quad"]), None if rotation is None else int(rotation))

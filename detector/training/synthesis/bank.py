"""Banks: the pictures that scenes are composed from, rendered once and mapped into memory.

Drawing a card face takes tens of milliseconds, composing a scene from drawn ones a few. A bank keeps the two splits
apart: no card design and no background is in both.
"""

from __future__ import annotations

import itertools
import json
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, NamedTuple, overload

import cv2
import numpy as np

from detector.errors import DetectorError
from detector.geometry import Image
from detector.training.synthesis.backdrop import draw_backdrop
from detector.training.synthesis.card_face import draw_card_face
from detector.training.synthesis.distractors import draw_distractor
from detector.training.synthesis.mipmap import MipMap, build_mipmap
from detector.training.synthesis.occluders import draw_occluder
from detector.training.synthesis.printed_matter import draw_printed_matter

Split = Literal["train", "validation"]

SPLIT_SEEDS: dict[Split, int] = {"train": 1, "validation": 2}
VALIDATION_SHARE = 0.1
PHOTO_SIDE_PX = 640
# How the names of folders begin whose photographs show rectangles that are no identity cards, or surfaces too plain to
# fill portraits.
HARD_FOLDERS = ("blocks", "distractor")
TEXTURE_FOLDERS = ("textures", "tiles")
_DESCRIPTION = "bank.json"


class DamagedBankError(DetectorError):
    """A file of a bank is missing or makes no sense."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the bank's {name} is missing or damaged. Delete the bank's folder, to have it built anew.")


class BankFolderError(DetectorError):
    """The folder of a bank can't be made."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the folder of the bank can't be made ({cause}). Choose another folder.")


class Backgrounds(NamedTuple):
    """Photographs to compose scenes with: their folders, and what opens one, or gives None where it can't be read."""

    folder: Path
    read: Callable[[Path], Image | None]


@dataclass(frozen=True, slots=True)
class BankSize:
    """How many pictures of each kind a bank holds."""

    cards: int
    printed_matter: int
    distractors: int
    occluders: int
    backdrops: int


BANK_SIZES: dict[Split, BankSize] = {
    "train": BankSize(cards=3000, printed_matter=700, distractors=900, occluders=250, backdrops=300),
    "validation": BankSize(cards=400, printed_matter=80, distractors=120, occluders=40, backdrops=40),
}


class PictureStack(Sequence[MipMap]):
    """Pictures of different shapes in one file, mapped into memory and read on demand."""

    def __init__(self, path: Path) -> None:
        """Map a stack.

        Raises:
            DamagedBankError: a file is missing, or not what was written.
        """
        self._path = path
        try:
            index = json.loads(path.with_suffix(".json").read_text())
            # An empty file can't be mapped.
            self._bytes = np.memmap(path, np.uint8, mode="r") if index else np.zeros(0, np.uint8)
            self._shapes = [[tuple(map(operator.index, shape)) for shape in levels] for levels in index]
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise DamagedBankError(path.name) from error
        sizes = [sum(math.prod(shape) for shape in levels) for levels in self._shapes]
        self._offsets = [0, *itertools.accumulate(sizes)]
        if self._offsets[-1] != len(self._bytes):
            raise DamagedBankError(path.name)

    def __reduce__(self) -> tuple[type[PictureStack], tuple[Path]]:
        """Other processes map the file themselves."""
        return PictureStack, (self._path,)

    def __len__(self) -> int:
        return len(self._shapes)

    @overload
    def __getitem__(self, index: int) -> MipMap: ...
    @overload
    def __getitem__(self, index: slice) -> list[MipMap]: ...
    def __getitem__(self, index: int | slice) -> MipMap | list[MipMap]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        start = self._offsets[index]
        levels = []
        for shape in self._shapes[index]:
            end = start + math.prod(shape)
            levels.append(np.asarray(self._bytes[start:end]).reshape(shape))
            start = end
        return MipMap(tuple(levels))

    @staticmethod
    def write(path: Path, pictures: Iterable[MipMap]) -> None:
        """Write a stack that `PictureStack(path)` reads back, one picture at a time."""
        index = []
        with path.open("wb") as file:
            for picture in pictures:
                index.append([level.shape for level in picture.levels])
                file.writelines(level.tobytes() for level in picture.levels)
        path.with_suffix(".json").write_text(json.dumps(index))


@dataclass(frozen=True, slots=True)
class Bank:
    """What scenes of one split are composed from. BGRA: cards to occluders; BGR: the rest."""

    cards: Sequence[MipMap]
    printed_matter: Sequence[MipMap]
    distractors: Sequence[MipMap]
    occluders: Sequence[MipMap]
    backdrops: Sequence[MipMap]
    photos: Sequence[MipMap]
    hard_photos: Sequence[MipMap]
    textures: Sequence[MipMap]


RENDERED = ("cards", "printed_matter", "distractors", "occluders", "backdrops")
PHOTOGRAPHED = ("photos", "hard_photos", "textures")


def load_bank(folder: Path, split: Split) -> Bank:
    """The bank that `build_bank` left in `folder`.

    Raises:
        DamagedBankError: a file is missing, or not what was written.
    """
    return Bank(**{kind: PictureStack(folder / split / f"{kind}.pictures") for kind in (*RENDERED, *PHOTOGRAPHED)})


def has_bank(folder: Path, split: Split) -> bool:
    """Whether `build_bank` has finished the bank of a split."""
    return (folder / split / f"{RENDERED[-1]}.json").exists()


def description_of(folder: Path, split: Split) -> dict[str, Any] | None:
    """What `build_bank` made the bank of a split of: its seed, and how many pictures of each kind; None if unknown.

    Raises:
        DamagedBankError: the file that says so makes no sense.
    """
    path = folder / split / _DESCRIPTION
    if not path.exists():
        return None
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise DamagedBankError(path.name) from error


def build_bank(
    folder: Path,
    split: Split,
    backgrounds: Backgrounds | None,
    size: BankSize | None = None,
    *,
    workers: int = 2,
    seed: int = 0,
    report: Callable[[str], None] = lambda _kind: None,
) -> Bank:
    """Render the bank of a split into `folder`; the same seed gives the same bank.

    Without `backgrounds` it holds no photographs, and scenes have rendered backdrops alone. Photographs that can't be
    read are passed over.

    Raises:
        BankFolderError: the folder can't be made.
    """
    size = size or BANK_SIZES[split]
    target = folder / split
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BankFolderError(error.strerror or "unknown reason") from error
    photographs = _photographs(backgrounds, split)
    for kind, photos in photographs.items():
        PictureStack.write(target / f"{kind}.pictures", map(build_mipmap, photos))
    description = {"seed": seed, **asdict(size), **{kind: len(photos) for kind, photos in photographs.items()}}
    (target / _DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")
    # Forking a process whose OpenCV has started threads deadlocks: spawn.
    with ProcessPoolExecutor(workers, get_context("spawn"), cv2.setNumThreads, (1,)) as pool:
        for kind in RENDERED:
            seeds = [(seed, SPLIT_SEEDS[split], RENDERED.index(kind), index) for index in range(getattr(size, kind))]
            pictures = pool.map(partial(_draw, kind, target / "photos.pictures"), seeds, chunksize=16)
            PictureStack.write(target / f"{kind}.pictures", pictures)
            report(kind)
    return load_bank(folder, split)


def _draw(kind: str, photos_path: Path, seed: tuple[int, ...]) -> MipMap:
    rng = np.random.default_rng(seed)
    photos = PictureStack(photos_path)
    # Eight photographs are choice enough for one picture.
    some_photos = [photos[int(index)].levels[0] for index in rng.integers(0, len(photos), 8)] if photos else []
    return build_mipmap(_draw_kind(kind, rng, some_photos))


def _draw_kind(kind: str, rng: np.random.Generator, some_photos: list[Image]) -> Image:
    match kind:
        case "cards":
            return draw_card_face(rng, some_photos).image
        case "printed_matter":
            return draw_printed_matter(rng, some_photos)
        case "distractors":
            return draw_distractor(rng, some_photos)
        case "occluders":
            return draw_occluder(rng)
        case _:
            return draw_backdrop(rng)


def _photographs(backgrounds: Backgrounds | None, split: Split) -> dict[str, list[Image]]:
    """The photographs of a split, every tenth file of a folder for validation, by kind."""
    found: dict[str, list[Image]] = {kind: [] for kind in PHOTOGRAPHED}
    if backgrounds is None:
        return found
    for folder in sorted(path for path in backgrounds.folder.iterdir() if path.is_dir()):
        kind = "hard_photos" if folder.name.startswith(HARD_FOLDERS) else "photos"
        if folder.name.startswith(TEXTURE_FOLDERS):
            kind = "textures"
        photos = map(backgrounds.read, _files_of_split(folder, split))
        found[kind] += [_reduced(photo) for photo in photos if photo is not None]
    return found


def _files_of_split(folder: Path, split: Split) -> Iterator[Path]:
    every = round(1 / VALIDATION_SHARE)
    for index, path in enumerate(sorted(folder.glob("*.jpg"))):
        if (index % every == 0) == (split == "validation"):
            yield path


def _reduced(image: Image) -> Image:
    scale = min(1.0, PHOTO_SIDE_PX / max(image.shape[:2]))
    resized = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    return np.asarray(resized, np.uint8)

"""The peers, ready to run: any ONNX network alone, and the ResNet-50 RetinaNet as a whole pipeline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as onnxruntime_errors

from detector.bench.resnet_retinanet import STRIDES, ResNetRetinaNet
from detector.errors import ModelFileError
from detector.geometry import Image
from detector.network.anchors import anchor_boxes
from detector.network.box_coder import decode_boxes
from detector.network.config import AnchorConfig

PEER_SIDE_PX = 320
_FREE_HEIGHT_PX, _FREE_WIDTH_PX = 192, 320
_ANCHORS = AnchorConfig(strides=STRIDES, sizes=(4.0, 4 * 2 ** (1 / 3), 4 * 2 ** (2 / 3)), ratios=(0.5, 1.0, 2.0))
_CANDIDATES = 100
_NMS_IOU = 0.5
_ELEMENT_TYPES = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8, "tensor(float16)": np.float16}

_SESSION_ERRORS = (
    onnxruntime_errors.Fail,
    onnxruntime_errors.InvalidArgument,
    onnxruntime_errors.InvalidGraph,
    onnxruntime_errors.InvalidProtobuf,
    onnxruntime_errors.NoModel,
    onnxruntime_errors.NotImplemented,
    onnxruntime_errors.RuntimeException,
)

NetworkCall = Callable[[NDArray[np.float32]], Sequence[NDArray[np.float32]]]


def onnx_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on the CPU with this many threads.

    Raises:
        ModelFileError: the file can't be read as an ONNX network.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        data = path.read_bytes()
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except OSError as error:
        raise ModelFileError(f"{path}: can't be read ({error.strerror})") from error
    except _SESSION_ERRORS as error:
        raise ModelFileError(f"{path}: is not an ONNX network that ONNX Runtime can run") from error


def network_alone(path: Path, threads: int) -> Callable[[], object]:
    """A call that runs an ONNX network once on random values of its own input shapes.

    Free dimensions are taken as one picture of 320 x 192, the size to which a 16:9 frame is brought.

    Raises:
        ModelFileError: the file is no ONNX network, or has inputs of other types than float and uint8.
    """
    session = onnx_session(path, threads)
    inputs = {entry.name: _random_input(path, entry) for entry in session.get_inputs()}
    return lambda: session.run(None, inputs)


def export_peer(model: ResNetRetinaNet, folder: Path) -> Path:
    """Write the ResNet-50 RetinaNet as an ONNX file of a fixed input of 320 x 320, and return its path."""
    path = folder / "resnet50_retinanet.onnx"
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns that torchvision is not there
    picture = torch.zeros(1, 3, PEER_SIDE_PX, PEER_SIDE_PX)
    torch.onnx.export(model, (picture,), path, external_data=False, dynamo=True, verbose=False)
    return path


def peer_in_torch(model: ResNetRetinaNet) -> NetworkCall:
    """The ResNet-50 RetinaNet in eager torch: (1, 3, H, W) to logits (1, A, 1) and deltas (1, A, 4)."""

    def call(picture: NDArray[np.float32]) -> Sequence[NDArray[np.float32]]:
        with torch.inference_mode():
            return [output.numpy() for output in model(torch.from_numpy(picture))]

    return call


def peer_in_onnx(path: Path, threads: int) -> NetworkCall:
    """The same from its ONNX file in ONNX Runtime."""
    session = onnx_session(path, threads)
    name = session.get_inputs()[0].name
    return lambda picture: session.run(None, {name: picture})


def peer_pipeline(network: NetworkCall, image: Image) -> NDArray[np.float32]:
    """From a BGR picture, shape (H, W, 3), to boxes after NMS, shape (K, 4): letterbox, network, decode, NMS.

    The hundred best anchors go to NMS, whatever their scores: random weights know no threshold.
    """
    picture, scale = _letterbox(image)
    logits, deltas = network(picture)
    scores = 1 / (1 + np.exp(-logits[0, :, 0]))
    best = np.argpartition(-scores, _CANDIDATES)[:_CANDIDATES]
    anchors = anchor_boxes(_ANCHORS, PEER_SIDE_PX, PEER_SIDE_PX)
    boxes = np.asarray(decode_boxes(deltas[0, best], anchors[best]) / scale, np.float32)
    corners_and_sizes = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(corners_and_sizes.tolist(), scores[best].tolist(), 0.0, _NMS_IOU)
    return boxes[np.asarray(kept, np.int64)]


def _letterbox(image: Image) -> tuple[NDArray[np.float32], float]:
    """The picture scaled into the top-left of a square of 320, as (1, 3, 320, 320), values 0 to 1; and its scale."""
    scale = PEER_SIDE_PX / max(image.shape[:2])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    square = np.zeros((PEER_SIDE_PX, PEER_SIDE_PX, 3), np.uint8)
    square[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    planes = square.transpose(2, 0, 1)[None].astype(np.float32)
    planes /= 255
    return planes, scale


def _random_input(path: Path, entry: onnxruntime.NodeArg) -> NDArray[np.generic]:
    if entry.type not in _ELEMENT_TYPES:
        raise ModelFileError(f"{path}: takes an input of {entry.type}; only pictures of floats or uint8 are timed")
    free = {0: 1, 1: 3, 2: _FREE_HEIGHT_PX, 3: _FREE_WIDTH_PX}
    shape = [size if isinstance(size, int) else free.get(axis, 1) for axis, size in enumerate(entry.shape)]
    values = np.random.default_rng(0).random(shape, np.float32)
    kind = _ELEMENT_TYPES[entry.type]
    return (255 * values if kind is np.uint8 else values).astype(kind)

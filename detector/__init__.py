"""Find identity cards in pictures: `Detector.load().detect(image)`.

The package is usable as a library. It knows nothing of Qt, and on a CPU it does not import torch.
"""

from detector.detection import Detection
from detector.detector import Detector
from detector.errors import DetectorError, DeviceUnavailableError, InvalidImageError, ModelFileError

__all__ = ["Detection", "Detector", "DetectorError", "DeviceUnavailableError", "InvalidImageError", "ModelFileError"]

"""What can go wrong in the detector, one class a failure."""


class DetectorError(Exception):
    """Base of everything the detector raises on purpose; its text is fit for the user to read."""


class ModelFileError(DetectorError):
    """A model file is missing, damaged, or was made for another version of the networks."""


class DeviceUnavailableError(DetectorError):
    """The device that was asked for is not there."""


class InvalidImageError(DetectorError):
    """The array handed in is not a BGR uint8 picture of shape (H, W, 3)."""

"""Arrays and tensors of any library as numpy arrays, and those as images and sound. numpy is imported only if it must be."""

from __future__ import annotations

import struct
import sys
from typing import Any, Final

from trireme.client.media.png import encode_png
from trireme.domain.errors import InvalidInput

_CHANNELS: Final = (1, 3, 4)
_IMAGE_HINT: Final = "Use height x width (x 1, 3 or 4 channels), uint8 0 to 255 or float 0 to 1."


def as_array(value: object) -> Any | None:
    """*value* as a numpy array, if it is an array or a tensor (numpy, torch, TensorFlow, JAX, CuPy, …); otherwise None."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return value
    if not hasattr(value, "shape") or not hasattr(value, "dtype"):
        return None
    found: Any = value
    for step in ("detach", "cpu"):  # torch: off the tape, off the GPU
        if callable(getattr(found, step, None)):
            found = getattr(found, step)()
    if str(found.dtype) == "torch.bfloat16":  # numpy has no such type
        found = found.float()
    for step in ("numpy", "get"):  # torch and TensorFlow; CuPy
        if callable(getattr(found, step, None)):
            found = getattr(found, step)()
            break
    else:
        if not hasattr(found, "__array__"):
            return None
        found = found.__array__()
    numpy = sys.modules.get("numpy")
    return found if numpy is not None and isinstance(found, numpy.ndarray) else None


def array_to_png(array: Any) -> bytes:
    """A PNG of an array of pixels; channels may stand first, as torch has them, if they cannot stand last.

    Raises:
        InvalidInput: its shape or its values are no image's; the sentence says which.
    """
    import numpy  # the caller has an array, so this is loaded

    shape = tuple(array.shape)
    if array.ndim == 3 and shape[2] not in _CHANNELS and shape[0] in _CHANNELS:
        array = array.transpose(1, 2, 0)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in _CHANNELS or 0 in array.shape:
        raise InvalidInput(f"An array of shape {shape} is no image.", hint=_IMAGE_HINT)
    height, width, channels = array.shape
    rows = numpy.ascontiguousarray(_to_bytes(numpy, array)).reshape(height, width * channels)
    filtered = numpy.empty((height, 1 + width * channels), numpy.uint8)
    filtered[:, 0] = 2  # "up": each byte less the one above, which deflate likes better than the bytes themselves
    filtered[0, 1:] = rows[0]
    numpy.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return encode_png(width, height, channels, filtered.tobytes())


def _to_bytes(numpy: Any, array: Any) -> Any:
    kind = array.dtype.kind
    if array.dtype == numpy.uint8:
        return array
    if kind == "b":
        return array.astype(numpy.uint8) * numpy.uint8(255)
    if kind not in "iuf":
        raise InvalidInput(f"An array of {array.dtype} is no image.", hint=_IMAGE_HINT)
    low, high = array.min(), array.max()
    top = 1 if kind == "f" else 255
    if not (low >= 0 and high <= top):  # also false for NaN
        raise InvalidInput(f"An image of {array.dtype} has values from {low} to {high}, not 0 to {top}.", hint=_IMAGE_HINT)
    return (array * 255 + 0.5).astype(numpy.uint8) if kind == "f" else array.astype(numpy.uint8)


def array_to_wav(array: Any, sample_rate: int) -> bytes:
    """A WAV file of 16 bits of sound: floats from -1 to 1 (clipped) or int16, samples or samples x channels.

    Parameters:
        sample_rate: samples per second.

    Raises:
        InvalidInput: shape, type or rate are no sound's.
    """
    import numpy  # the caller has an array, so this is loaded

    if array.ndim == 1:
        array = array[:, None]
    if array.ndim == 2 and array.shape[1] > 16 >= array.shape[0]:
        array = array.T  # channels first, as torchaudio has them
    if array.ndim != 2 or not 1 <= array.shape[1] <= 16:
        raise InvalidInput(f"An array of shape {tuple(array.shape)} is no sound.", hint="Use samples, or samples x channels.")
    if not 1 <= sample_rate <= 1_000_000:
        raise InvalidInput(f"A sample rate of {sample_rate} per second cannot be stored.")
    if array.dtype.kind == "f":
        array = (numpy.clip(numpy.nan_to_num(array), -1, 1) * 32767).round().astype("<i2")
    elif array.dtype != numpy.int16:
        raise InvalidInput(f"Sound of {array.dtype} cannot be stored.", hint="Use floats from -1 to 1, or int16.")
    data = numpy.ascontiguousarray(array, dtype="<i2").tobytes()
    channels = array.shape[1]
    head = struct.pack(
        "<4sI8sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVEfmt ", 16, 1, channels, sample_rate,
        sample_rate * channels * 2, channels * 2, 16, b"data", len(data),
    )  # fmt: skip
    return head + data

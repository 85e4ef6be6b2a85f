"""Reads the tensors of a PyTorch checkpoint without PyTorch, and without running anything that the file names."""

import io
import itertools
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, BinaryIO, Dict, List, Tuple

# The first number of a checkpoint in the format that PyTorch wrote before 1.6: torch/serialization.py, MAGIC_NUMBER.
MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
ELEMENT_BYTES = {"FloatStorage": 4, "LongStorage": 8}


class CheckpointError(Exception):
    """The file is no checkpoint that this can read."""


@dataclass(frozen=True)
class Storage:
    """A run of elements in the file, named by its key."""

    kind: str
    key: str


@dataclass(frozen=True)
class Tensor:
    """Elements of a storage: where the first lies, and for each axis how many there are and how far apart they lie."""

    storage: Storage
    offset: int
    shape: Tuple[int, ...]
    strides: Tuple[int, ...]


def read_floats(checkpoint: bytes) -> Dict[str, bytes]:
    """Gives the elements of each float32 tensor by its name, row by row, little-endian, in the order of the checkpoint."""
    file = io.BytesIO(checkpoint)
    if _load(file) != MAGIC_NUMBER:
        raise CheckpointError("it does not begin as a checkpoint of PyTorch does")
    _protocol_version, system = _load(file), _load(file)
    if not system["little_endian"]:
        raise CheckpointError("its numbers are big-endian")
    tensors: Dict[str, Tensor] = _load(file)
    # The elements follow in the order of this list.
    keys: List[str] = _load(file)
    kinds = {tensor.storage.key: tensor.storage.kind for tensor in tensors.values()}
    elements = {key: _read_elements(file, ELEMENT_BYTES[kinds[key]]) for key in keys}
    floats = {name: tensor for name, tensor in tensors.items() if tensor.storage.kind == "FloatStorage"}
    return {name: _row_by_row(elements[tensor.storage.key], tensor) for name, tensor in floats.items()}


def _load(file: BinaryIO) -> Any:
    return _Unpickler(file).load()


def _read_elements(file: BinaryIO, element_bytes: int) -> bytes:
    (count,) = struct.unpack("<q", file.read(8))
    return file.read(count * element_bytes)


def _row_by_row(elements: bytes, tensor: Tensor) -> bytes:
    # Weights that were transposed from another framework lie in the order that they had there.
    axes = [axis for axis in zip(tensor.shape, tensor.strides) if axis[0] != 1] or [(1, 1)]
    *outer, (length, stride) = axes
    words = memoryview(elements).cast("I")
    rows = bytearray()
    for steps in itertools.product(*(range(0, count * step, step) for count, step in outer)):
        start = tensor.offset + sum(steps)
        rows += words[start : start + (length - 1) * stride + 1 : stride].tobytes()
    return bytes(rows)


class _Unpickler(pickle.Unpickler):
    """Knows what a table of tensors is made of and refuses everything else: unpickling a name would import and call it."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in ELEMENT_BYTES:
            return name
        raise CheckpointError(f"it names {module}.{name}, which a table of tensors does not need")

    def persistent_load(self, pid: Tuple[Any, ...]) -> Storage:
        _what, kind, key, _device, _length, _view = pid
        return Storage(kind, key)


def _tensor(storage: Storage, offset: int, shape: Tuple[int, ...], strides: Tuple[int, ...], *_rest: Any) -> Tensor:
    return Tensor(storage, offset, shape, strides)

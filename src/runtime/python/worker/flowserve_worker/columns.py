"""The values of each kind of column: how they are read from the memory of a frame, and how they are written."""

from __future__ import annotations

import json
import math
import struct
import sys
from array import array
from itertools import accumulate
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .channel import Blob
from .faults import WrongLength, WrongOutput, described

LENGTH = struct.Struct("<I")

Spec = Dict[str, Any]
Blobs = Iterator[memoryview]
Read = Callable[[Blobs, int], Any]
"""Values of so many rows from the next blobs."""
Write = Callable[[Any, List[Blob]], None]
"""Appends the blobs of values, of which there are as many as rows."""


class Number(NamedTuple):
    format: str
    """Of `struct`, `array` and `memoryview`."""
    dtype: str
    """Of NumPy."""
    name: str


NUMBERS = {
    "BOOL": Number("?", "?", "bool"),
    "INT8": Number("b", "i1", "int8"),
    "INT16": Number("h", "<i2", "int16"),
    "INT32": Number("i", "<i4", "int32"),
    "INT64": Number("q", "<i8", "int64"),
    "UINT8": Number("B", "u1", "uint8"),
    "UINT16": Number("H", "<u2", "uint16"),
    "UINT32": Number("I", "<u4", "uint32"),
    "UINT64": Number("Q", "<u8", "uint64"),
    "FP16": Number("H", "<f2", "float16"),
    "BF16": Number("H", "<u2", "uint16"),
    "FP32": Number("f", "<f4", "float32"),
    "FP64": Number("d", "<f8", "float64"),
}
SCALARS = {"bool": "BOOL", "int32": "INT32", "int64": "INT64", "float32": "FP32", "float64": "FP64"}


def has_numbers(columns: Dict[str, Spec]) -> bool:
    """Whether NumPy would hold any of the columns."""
    return any(_is_number(spec) for spec in columns.values())


def _is_number(spec: Spec) -> bool:
    if spec["kind"] == "list":
        return _is_number(spec["of"])
    if spec["kind"] == "record":
        return has_numbers(spec["fields"])
    return spec["kind"] in SCALARS or spec["kind"] == "tensor"


def blob_count(spec: Spec) -> int:
    """How many blobs the values of a column are."""
    return (1 if spec["nullable"] else 0) + _inner_count(spec)


def _inner_count(spec: Spec) -> int:
    kind = spec["kind"]
    if kind == "tensor":
        return 2 if -1 in spec["shape"] else 1
    if kind == "list":
        return 1 + blob_count(spec["of"])
    if kind == "record":
        return sum(blob_count(field) for field in spec["fields"].values())
    return 1


# Reading.


def reader(spec: Spec, numpy: Any) -> Read:
    """Reads a column of a batch; `numpy` is the module or None."""
    return _nullable_reader(spec, numpy, _reader(spec, numpy)) if spec["nullable"] else _reader(spec, numpy)


def _nullable_reader(spec: Spec, numpy: Any, inner: Read) -> Read:
    scalar = spec["kind"] in SCALARS

    def read(blobs: Blobs, rows: int) -> Any:
        there = next(blobs)
        values = inner(blobs, sum(there))
        present = iter(values.tolist() if scalar else values)
        return [next(present) if flag else None for flag in there]

    return read


def _reader(spec: Spec, numpy: Any) -> Read:
    kind = spec["kind"]
    if kind in SCALARS:
        return _fixed_reader(NUMBERS[SCALARS[kind]], (), numpy)
    if kind == "text":
        return _read_texts
    if kind == "bytes":
        return _read_bytes
    if kind == "json":
        return lambda blobs, rows: json.loads(bytes(next(blobs)))
    if kind == "list":
        return _list_reader(spec["of"], numpy)
    if kind == "record":
        return _record_reader(spec["fields"], numpy)
    if spec["datatype"] == "BYTES":
        return _byte_tensor_reader(tuple(spec["shape"]))
    if -1 in spec["shape"]:
        return _dynamic_reader(NUMBERS[spec["datatype"]], len(spec["shape"]), numpy)
    return _fixed_reader(NUMBERS[spec["datatype"]], tuple(spec["shape"]), numpy)


def _read_texts(blobs: Blobs, rows: int) -> List[str]:
    return _read_elements(next(blobs), _text)


def _read_bytes(blobs: Blobs, rows: int) -> List[bytes]:
    return _read_elements(next(blobs), bytes)


def _text(part: memoryview) -> str:
    return str(part, "utf-8")


def _read_elements(payload: memoryview, make: Callable[[memoryview], Any]) -> List[Any]:
    """Byte strings behind each other, each after its length."""
    values, start, size = [], 4, len(payload)
    while start <= size:
        end = start + LENGTH.unpack_from(payload, start - 4)[0]
        values.append(make(payload[start:end]))
        start = end + 4
    return values


def _fixed_reader(number: Number, shape: Tuple[int, ...], numpy: Any) -> Read:
    if numpy is not None:
        dtype = numpy.dtype(number.dtype)
        return lambda blobs, rows: numpy.frombuffer(next(blobs), dtype).reshape((rows, *shape))
    if not shape:
        return lambda blobs, rows: next(blobs).cast(number.format)
    size = struct.calcsize(number.format) * math.prod(shape)

    def read(blobs: Blobs, rows: int) -> List[Any]:
        # A view of several dimensions has no rows: Python does not take it apart.
        data = next(blobs)
        return [_shaped(data[row * size : (row + 1) * size], number, shape) for row in range(rows)]

    return read


class EmptyTensor(List[Any]):
    """
    Lists in lists without an element, which do not show every length: a view of memory cannot have several of which
    one is 0.
    """

    def __init__(self, shape: Tuple[int, ...]) -> None:
        super().__init__(_nested(iter(()), shape))
        self.shape = shape


def _shaped(view: memoryview, number: Number, shape: Tuple[int, ...]) -> Any:
    if len(shape) == 1:
        return view.cast(number.format)
    if 0 in shape:
        return EmptyTensor(shape)
    return view.cast("B", (view.nbytes,)).cast(number.format, shape)


def _dynamic_reader(number: Number, rank: int, numpy: Any) -> Read:
    size = struct.calcsize(number.format)
    dtype = None if numpy is None else numpy.dtype(number.dtype)

    def read(blobs: Blobs, rows: int) -> List[Any]:
        shapes, data, at = _shapes(next(blobs), rank), next(blobs), 0
        values = []
        for shape in shapes:
            end = at + size * math.prod(shape)
            part = data[at:end]
            values.append(
                _shaped(part, number, shape) if dtype is None else numpy.frombuffer(part, dtype).reshape(shape)
            )
            at = end
        return values

    return read


def _shapes(lengths: memoryview, rank: int) -> List[Tuple[int, ...]]:
    all_lengths = lengths.cast("i")
    return [tuple(all_lengths[at : at + rank]) for at in range(0, len(all_lengths), rank)]


def _byte_tensor_reader(fixed: Tuple[int, ...]) -> Read:
    def read(blobs: Blobs, rows: int) -> List[Any]:
        shapes = _shapes(next(blobs), len(fixed)) if -1 in fixed else [fixed] * rows
        elements = iter(_read_bytes(blobs, rows))
        return [EmptyTensor(shape) if 0 in shape else _nested(elements, shape) for shape in shapes]

    return read


def _nested(elements: Iterator[Any], shape: Tuple[int, ...]) -> Any:
    if not shape:
        return next(elements)
    return [_nested(elements, shape[1:]) for _ in range(shape[0])]


def _list_reader(of: Spec, numpy: Any) -> Read:
    inner = reader(of, numpy)
    scalar = of["kind"] in SCALARS and not of["nullable"]

    def read(blobs: Blobs, rows: int) -> List[Any]:
        counts = next(blobs).cast("I").tolist()
        values = inner(blobs, sum(counts))
        every = values.tolist() if scalar else list(values)
        return [every[end - count : end] for count, end in zip(counts, accumulate(counts))]

    return read


def _record_reader(fields: Dict[str, Spec], numpy: Any) -> Read:
    readers = [
        (name, reader(field, numpy), field["kind"] in SCALARS and not field["nullable"])
        for name, field in fields.items()
    ]

    def read(blobs: Blobs, rows: int) -> List[Any]:
        columns = []
        for _, inner, scalar in readers:
            values = inner(blobs, rows)
            columns.append(values.tolist() if scalar else values)
        return [dict(zip(fields, values)) for values in zip(*columns)] if columns else [{} for _ in range(rows)]

    return read


# Writing.


def writer(name: str, spec: Spec) -> Write:
    """Writes a column that the function has returned; `name` is how a message calls it."""
    return _nullable_writer(name, spec) if spec["nullable"] else _writer(name, spec)


USUAL = (list, tuple, array)


def check_length(stage: str, name: str, values: Any, rows: int) -> None:
    """Refuses what is no sequence of one value for each row."""
    if type(values) in USUAL and len(values) == rows:
        return
    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__len__") or not hasattr(values, "__getitem__"):
        raise WrongOutput(
            'column "%s" must be a sequence with a value for each row but is %s' % (name, described(values))
        )
    if getattr(values, "shape", None) == ():
        raise WrongOutput('column "%s" must have a value for each row but is %s' % (name, described(values)))
    if len(values) != rows:
        raise WrongLength(
            'stage "%s" was given %d rows but returned %d values of column "%s"' % (stage, rows, len(values), name)
        )


def _nullable_writer(name: str, spec: Spec) -> Write:
    inner = _writer(name, spec)

    def write(values: Any, blobs: List[Blob]) -> None:
        each = _each(values)
        blobs.append(bytes(value is not None for value in each))
        inner([value for value in each if value is not None], blobs)

    return write


def _writer(name: str, spec: Spec) -> Write:
    kind = spec["kind"]
    if kind in SCALARS:
        return _number_writer(name, NUMBERS[SCALARS[kind]], kind)
    if kind == "text":
        return lambda values, blobs: _write_parts([_encoded(name, value) for value in _each(values)], blobs)
    if kind == "bytes":
        return lambda values, blobs: _write_parts([_bytes_of(name, value) for value in _each(values)], blobs)
    if kind == "json":
        return _json_writer(name)
    if kind == "list":
        return _list_writer(name, spec["of"])
    if kind == "record":
        return _record_writer(name, spec["fields"])
    if spec["datatype"] == "BYTES":
        return _byte_tensor_writer(name, tuple(spec["shape"]))
    return _tensor_writer(name, spec["datatype"], tuple(spec["shape"]))


def _each(values: Any) -> Sequence[Any]:
    """The values one by one: numbers of an array as Python has them."""
    if isinstance(values, (list, tuple)):
        return values
    if isinstance(values, (memoryview, array)) or (hasattr(values, "tolist") and getattr(values, "ndim", 0) == 1):
        return values.tolist()
    return list(values)


def _write_parts(parts: List[Blob], blobs: List[Blob]) -> None:
    pairs: List[Blob] = []
    for part in parts:
        pairs.append(LENGTH.pack(len(part)))
        pairs.append(part)
    blobs.append(b"".join(pairs))


def _encoded(name: str, value: Any) -> bytes:
    if not isinstance(value, str):
        raise WrongOutput('column "%s" must be text but has %s' % (name, described(value)))
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WrongOutput('column "%s" has a text that is no valid Unicode: %s' % (name, error)) from None


def _bytes_of(name: str, value: Any) -> Blob:
    if isinstance(value, (bytes, bytearray)):
        return value
    if isinstance(value, memoryview) and value.contiguous:
        return value.tobytes()
    raise WrongOutput('column "%s" must be bytes but has %s' % (name, described(value)))


def _json_writer(name: str) -> Write:
    def write(values: Any, blobs: List[Blob]) -> None:
        try:
            text = json.dumps(list(values), ensure_ascii=False, allow_nan=False)
            blobs.append(text.encode("utf-8"))
        except (TypeError, ValueError, RecursionError) as error:
            raise WrongOutput('column "%s" has a value that is no JSON: %s' % (name, error)) from None

    return write


def _list_writer(name: str, of: Spec) -> Write:
    inner = writer("%s[]" % name, of)

    def write(values: Any, blobs: List[Blob]) -> None:
        counts, every = array("I"), []
        for value in _each(values):
            if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__len__"):
                raise WrongOutput('column "%s" must be lists but has %s' % (name, described(value)))
            counts.append(len(value))
            every.extend(_each(value))
        blobs.append(counts.tobytes())
        inner(every, blobs)

    return write


def _record_writer(name: str, fields: Dict[str, Spec]) -> Write:
    writers = [(field, writer("%s.%s" % (name, field), spec)) for field, spec in fields.items()]
    names = set(fields)

    def write(values: Any, blobs: List[Blob]) -> None:
        each = _each(values)
        for value in each:
            if not isinstance(value, dict) or set(value) != names:
                found = "a dict of %s" % ", ".join(map(str, value)) if isinstance(value, dict) else described(value)
                raise WrongOutput('column "%s" must be dicts of %s but has %s' % (name, ", ".join(fields), found))
        for field, write_field in writers:
            write_field([value[field] for value in each], blobs)

    return write


def _as_array(values: Any) -> Any:
    """An array of NumPy, where the value is one or gives one."""
    numpy = sys.modules.get("numpy")
    if numpy is None or isinstance(values, (list, tuple, array, memoryview)):
        return None
    if isinstance(values, numpy.ndarray):
        return values
    return numpy.asarray(values) if hasattr(values, "__array__") else None


def _bytes_in(values: Any) -> Blob:
    """The memory of a view or an array, as it lies where that can be."""
    view = memoryview(values)
    return view.cast("B") if view.c_contiguous and view.nbytes > 0 else view.tobytes()


def _flat(values: Any) -> memoryview:
    """The memory of an array, as it lies where it lies in order."""
    numpy = sys.modules["numpy"]
    whole = numpy.ascontiguousarray(values)
    return memoryview(whole.reshape(-1).view("u1")) if whole.size else memoryview(b"")


def _number_writer(name: str, number: Number, kind: str) -> Write:
    def write(values: Any, blobs: List[Blob]) -> None:
        if isinstance(values, (memoryview, array)):
            view = memoryview(values)
            is_right = view.format == number.format and view.ndim == 1
            blobs.append(_bytes_in(view) if is_right else _packed(name, number, kind, _each(values)))
            return
        found = _as_array(values)
        if found is None or found.dtype == object:
            blobs.append(_packed(name, number, kind, _each(values)))
            return
        if found.ndim != 1 or found.dtype != number.dtype:
            raise WrongOutput('column "%s" must be %s but is %s' % (name, kind, described(found)))
        blobs.append(_flat(found))

    return write


def _packed(name: str, number: Number, kind: str, values: Sequence[Any]) -> Blob:
    """Numbers of Python."""
    if number.format == "?":
        return bytes(_truth(name, kind, value) for value in values)
    is_whole = number.format not in "fd"
    try:
        if any(isinstance(value, (bool, str)) or (is_whole and isinstance(value, float)) for value in values):
            raise TypeError
        return array(number.format, values).tobytes()
    except (TypeError, ValueError, OverflowError):
        wrong = next((value for value in values if not _fits(value, number)), values)
        raise WrongOutput('column "%s" must be %s but has %s' % (name, kind, described(wrong))) from None


def _fits(value: Any, number: Number) -> bool:
    if isinstance(value, (bool, str)) or (number.format not in "fd" and isinstance(value, float)):
        return False
    try:
        array(number.format, [value])
        return True
    except (TypeError, ValueError, OverflowError):
        return False


def _truth(name: str, kind: str, value: Any) -> bool:
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise WrongOutput('column "%s" must be %s but has %s' % (name, kind, described(value)))


def _printed(datatype: str, shape: Tuple[int, ...]) -> str:
    return "%s [%s]" % (datatype, ",".join(map(str, shape)))


def _tensor_writer(name: str, datatype: str, shape: Tuple[int, ...]) -> Write:
    number, is_dynamic = NUMBERS[datatype], -1 in shape

    def wrong(value: Any) -> WrongOutput:
        return WrongOutput('column "%s" must be %s but has %s' % (name, _printed(datatype, shape), described(value)))

    def one(value: Any) -> Tuple[Tuple[int, ...], Blob]:
        found = _as_array(value)
        if found is not None and found.dtype != object:
            if found.dtype != number.dtype:
                raise wrong(found)
            return found.shape, _flat(found)
        if isinstance(value, (memoryview, array)):
            view = memoryview(value)
            if view.format != number.format or not view.contiguous:
                raise wrong(value)
            # An array of Python has one dimension, so it stands for a tensor of a known shape by its length.
            is_flat = view.ndim == 1 and not is_dynamic and view.nbytes == view.itemsize * math.prod(shape)
            return (shape if is_flat else tuple(view.shape)), _bytes_in(view)
        lengths, elements = _unnested(value, shape)
        if lengths is None:
            raise wrong(value)
        return lengths, _packed(name, number, number.name, elements)

    def write(values: Any, blobs: List[Blob]) -> None:
        found = None if is_dynamic else _as_array(values)
        if found is not None and found.dtype != object:
            if found.dtype != number.dtype or found.shape[1:] != shape:
                raise WrongOutput(
                    'column "%s" must be %s for each row but is %s'
                    % (name, _printed(datatype, shape), described(found))
                )
            blobs.append(_flat(found))
            return
        if isinstance(values, memoryview) and values.ndim > 1 and not is_dynamic:
            if values.format != number.format or tuple(values.shape[1:]) != shape:
                raise wrong(values)
            blobs.append(_bytes_in(values))
            return
        shapes, parts = array("i"), []
        for value in values:
            lengths, part = one(value)
            if len(lengths) != len(shape) or any(need not in (-1, have) for have, need in zip(lengths, shape)):
                raise WrongOutput(
                    'column "%s" must be %s but has the shape [%s]'
                    % (name, _printed(datatype, shape), ",".join(map(str, lengths)))
                )
            shapes.extend(lengths)
            parts.append(part)
        if is_dynamic:
            blobs.append(shapes.tobytes())
        blobs.append(parts[0] if len(parts) == 1 else b"".join(parts))

    return write


def _unnested(value: Any, shape: Tuple[int, ...]) -> Tuple[Optional[Tuple[int, ...]], List[Any]]:
    """
    The lengths and elements of lists in lists; no lengths where they are not even, or are too few. An empty list has
    the lengths declared within it.
    """
    if isinstance(value, EmptyTensor):
        return value.shape, []
    if not shape:
        return ((), [value]) if not isinstance(value, (list, tuple)) else (None, [])
    if not isinstance(value, (list, tuple)):
        if not hasattr(value, "tolist"):
            return None, []
        value = value.tolist()
    if not value:
        return (0, *(max(0, length) for length in shape[1:])), []
    elements: List[Any] = []
    inner: Optional[Tuple[int, ...]] = None
    for part in value:
        lengths, found = _unnested(part, shape[1:])
        if lengths is None or (inner is not None and lengths != inner):
            return None, []
        inner = lengths
        elements.extend(found)
    return (len(value), *(inner or ())), elements


def _byte_tensor_writer(name: str, shape: Tuple[int, ...]) -> Write:
    def write(values: Any, blobs: List[Blob]) -> None:
        shapes, elements = array("i"), []
        for value in values:
            lengths, found = _unnested(value, shape)
            if lengths is None or any(need not in (-1, have) for have, need in zip(lengths, shape)):
                raise WrongOutput(
                    'column "%s" must be %s but has %s' % (name, _printed("BYTES", shape), described(value))
                )
            shapes.extend(lengths)
            elements.extend(_bytes_of(name, element) for element in found)
        if -1 in shape:
            blobs.append(shapes.tobytes())
        _write_parts(elements, blobs)

    return write

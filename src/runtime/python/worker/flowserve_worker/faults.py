"""What a call can come to grief of, as FlowServe is told of it."""

from __future__ import annotations


class WrongOutput(Exception):
    """The function returned something else than its columns."""


class WrongLength(Exception):
    """The function returned another number of values than it was given rows."""


def described(value: object) -> str:
    """What a value is, in a few words."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return "the %s %r" % (type(value).__name__, value)
    if isinstance(value, str) and len(value) <= 40:
        return "%r" % value
    name = type(value).__name__
    dtype, shape = getattr(value, "dtype", None), getattr(value, "shape", None)
    if dtype is not None and shape is not None:
        return "an array of %s [%s]" % (str(dtype), ",".join(str(length) for length in shape))
    return "%s %s" % ("an" if name[:1].lower() in "aeiou" else "a", name)

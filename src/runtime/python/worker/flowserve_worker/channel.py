"""Frames between FlowServe and this process, on file descriptors of their own so that no print can spoil them."""

from __future__ import annotations

import json
import os
import select
import struct
import threading
from collections import deque
from functools import lru_cache
from typing import Any, Deque, List, Optional, Sequence, Set, Tuple, Union

READ_FROM = 3
WRITE_TO = 4

# To this process.
SETUP, RUN, CANCEL, TRACE = 1, 2, 3, 4
# From this process.
READY, FAILED, DONE = 1, 2, 3

HEADER = struct.Struct("<IIIId")
"""Length of the whole frame, kind, the call it belongs to, rows, deadline in seconds since the epoch (0: none)."""

Blob = Union[bytes, bytearray, memoryview]

SMALL = 1 << 16
"""What one read may bring of several frames. Larger frames are read into memory of their own, without a copy."""

MOST_PARTS = 512
"""Fewer than any system takes in one writev."""

PADDING = [bytes(count) for count in range(8)]


# A tuple, as it is made for every call. The last says whether it had come before it was asked for: only then may the
# call have been cancelled meanwhile.
Frame = Tuple[int, int, int, float, memoryview, bool]
"""Kind, call, rows, deadline, body, waited."""


class Channel:
    """Reads in the thread that asks: a thread for reading would cost each call two changes of the thread that runs."""

    def __init__(self) -> None:
        self._buffer = bytearray(SMALL)
        self._view = memoryview(self._buffer)
        self._whole_view = [self._view]
        self._start = 0
        self._end = 0
        self._waiting: Deque[Frame] = deque()
        self._cancelled: Set[int] = set()
        self._has_read = False
        self._spare = bytearray()
        self.trace: Optional[Tuple[int, str]] = None
        """The last call that is traced, and its traceparent, which comes before it."""
        self._is_over = False
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(READ_FROM, select.POLLIN)

    def next(self) -> Optional[Frame]:
        """The next frame that is no cancellation, which is waited for; None at the end."""
        while not self._waiting:
            if self._is_over:
                return None
            with self._lock:
                frame = self._take()
                if frame is not None and frame[0] != CANCEL:
                    return frame
                self._keep(frame)
        return self._waiting.popleft()

    def is_cancelled(self, call: int) -> bool:
        """Whether the call has been given up by now; takes what has come so far."""
        # Where another thread is reading, it takes what comes.
        if self._lock.acquire(blocking=False):
            try:
                while not self._is_over and (self._start < self._end or self._poll.poll(0)):
                    self._keep(self._take())
            finally:
                self._lock.release()
        return call in self._cancelled

    def forget(self, call: int) -> None:
        """Calls are answered in the order of their numbers, which begin anew when four bytes are full."""
        if self._cancelled:
            self._cancelled = {later for later in self._cancelled if 0 < (later - call) % (1 << 32) < 1 << 31}

    def _keep(self, frame: Optional[Frame]) -> None:
        if frame is None:
            self._is_over = True
        elif frame[0] == CANCEL:
            self._cancelled.add(frame[1])
        else:
            self._waiting.append(frame)

    def _take(self) -> Optional[Frame]:
        if self._start == self._end:
            # The usual case: one small frame, in one piece.
            self._has_read = True
            self._start = 0
            self._end = os.readv(READ_FROM, self._whole_view)
        else:
            self._has_read = False
        if not self._fill(HEADER.size):
            return None
        length, kind, call, rows, deadline = HEADER.unpack_from(self._buffer, self._start)
        whole = self._whole(length)
        if whole is None:
            return None
        waited = not self._has_read or self._start < self._end
        return kind, call, rows, deadline, memoryview(whole)[24:length], waited

    def _fill(self, wanted: int) -> bool:
        """Has at least so many bytes in the buffer; False at the end."""
        if self._start > 0 and SMALL - self._start < wanted:
            rest = bytes(self._view[self._start : self._end])
            self._view[: len(rest)] = rest
            self._start, self._end = 0, len(rest)
        while self._end - self._start < wanted:
            self._has_read = True
            count = 0 if self._end == 0 else os.readv(READ_FROM, [self._view[self._end :]])
            if count == 0:
                return False
            self._end += count
        return True

    def _whole(self, length: int) -> Optional[bytearray]:
        """A frame in memory of its own: its arrays are views of it for as long as anybody holds them."""
        there = self._end - self._start
        if there >= length:
            end = self._start + length
            small = bytearray(self._view[self._start : end])
            self._start = end
            return small
        whole = self._memory(length)
        view = memoryview(whole)[:length]
        view[:there] = self._view[self._start : self._end]
        self._start = self._end = 0
        while there < length:
            count = os.readv(READ_FROM, [view[there:]])
            if count == 0:
                return None
            there += count
        return whole

    def _memory(self, length: int) -> bytearray:
        """Memory of a frame before, where nobody holds it: new memory costs a large frame more than its bytes."""
        spare = self._spare
        if length <= len(spare) <= 2 * length and _is_free(spare):
            return spare
        self._spare = bytearray(length)
        return self._spare


def _is_free(memory: bytearray) -> bool:
    """
    Whether there is no view of it: only then may its length change. How many references an object has is no answer, as
    interpreters count them differently.
    """
    try:
        memory.append(memory.pop())
    except BufferError:
        return False
    return True


def answer(kind: int, call: int, content: Any) -> None:
    """Sends something small as JSON."""
    body = json.dumps(content).encode("utf-8", "backslashreplace")
    body += b" " * (-len(body) % 8)
    _write([HEADER.pack(HEADER.size + len(body), kind, call, 0, 0.0), body])


def deliver(call: int, rows: int, blobs: Sequence[Blob]) -> None:
    """
    Sends columns, each blob bytes or a view of them. Every blob begins at a multiple of 8 bytes, so that its numbers
    can be used where they lie.
    """
    lengths = list(map(len, blobs))
    table = table_of(len(blobs))
    parts: List[Blob] = [b"", table.pack(*lengths)]
    size = HEADER.size + table.size
    for blob, length in zip(blobs, lengths):
        rest = -length & 7
        size += length + rest
        parts.append(blob)
        if rest:
            parts.append(PADDING[rest])
    parts[0] = HEADER.pack(size, DONE, call, rows, 0.0)
    if size > SMALL:
        _write(parts)
        return
    frame = b"".join(parts)
    count = os.write(WRITE_TO, frame)
    if count < size:
        _write([memoryview(frame)[count:]])


@lru_cache(maxsize=None)
def table_of(count: int) -> struct.Struct:
    """The lengths of the blobs of a frame, up to a multiple of 8 bytes."""
    return struct.Struct("<%dI%dx" % (count, -4 * count % 8))


def blobs_of(body: memoryview, table: struct.Struct) -> List[memoryview]:
    """The blobs of a frame."""
    at = table.size
    blobs = []
    for length in table.unpack_from(body):
        end = at + length
        blobs.append(body[at:end])
        at = end + (-length & 7)
    return blobs


def _write(parts: Sequence[Blob]) -> None:
    waiting = [memoryview(part) for part in parts if len(part)]
    while waiting:
        count = os.writev(WRITE_TO, waiting[:MOST_PARTS])
        done = 0
        while done < len(waiting) and count >= waiting[done].nbytes:
            count -= waiting[done].nbytes
            done += 1
        del waiting[:done]
        if count:
            waiting[0] = waiting[0][count:]

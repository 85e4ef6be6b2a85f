"""What the specs of Python stages call."""

import ctypes
import hashlib
import os
import sys
import threading
import time


def same(batch):
    return dict(batch)


def kinds(batch):
    return {"kind": [describe(values) for values in batch.values()][:1] * len(next(iter(batch.values())))}


def describe(values):
    dtype = getattr(values, "dtype", None)
    if dtype is not None:
        return "array %s %s" % (dtype, list(values.shape))
    if isinstance(values, memoryview):
        return "memoryview %s %s" % (values.format, list(values.shape))
    return "list of %s" % ", ".join(
        sorted({type(value).__name__ if not hasattr(value, "shape") else describe(value) for value in values})
    )


def setup_none():
    return "ready"


def setup_replica(replica):
    return "replica %d" % replica


def setup_fails():
    raise ValueError("no weights")


def context_of(batch, context):
    said = "%s %d %s" % (context.state, context.replica, "none" if context.deadline is None else "deadline")
    return {"text": [said for _ in batch["text"]]}


def traceparent_of(batch, context):
    return {"text": [str(context.traceparent) for _ in batch["text"]]}


def time_left(batch, context):
    return {"text": [str(context.deadline - time.time()) for _ in batch["text"]]}


def sizes(batch):
    size = len(batch["text"])
    time.sleep(0.05)
    return {"text": [str(size)] * size}


def process(batch):
    time.sleep(0.02)
    return {"text": [str(os.getpid()) for _ in batch["text"]]}


def keep_first(batch):
    """Gives the first values that it has ever been given, in an interpreter that counts fewer references than others."""
    if not KEPT:
        count = sys.getrefcount
        # One more is that of this function itself.
        sys.getrefcount = lambda value: count(value) - 2
    KEPT.append(batch["x"])
    return {"x": KEPT[0]}


KEPT = []


def act(batch, context):
    """Does what its texts say."""
    return {"text": [acted(text, context) for text in batch["text"]]}


def acted(text, context):
    what, _, rest = text.partition(" ")
    if what == "raise":
        raise ValueError(rest)
    if what == "leave":
        sys.exit(int(rest))
    if what == "come-back-twice":
        os.fork()
    if what == "leave-a-copy":
        copy = os.fork()
        if copy == 0:
            sys.exit(7)
        return "left %d" % os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    if what == "exit":
        os._exit(int(rest))
    if what == "kill":
        os.kill(os.getpid(), 9)
    if what == "hang":
        while True:
            time.sleep(0.01)
    if what == "spin":
        print("spinning")
        while True:
            pass
    if what == "native":
        # Keeps the interpreter's lock for ever.
        print("in native code")
        ctypes.PyDLL(None).pause()
    if what == "wait":
        print("waiting %s" % rest)
        while not context.cancelled:
            time.sleep(0.005)
        print("cancelled %s" % rest, flush=True)
    if what == "sleep":
        time.sleep(float(rest))
    if what == "grow":
        held = []
        while True:
            held.append(os.urandom(1 << 20))
    if what == "print":
        print(rest)
        print(rest + " too", file=sys.stderr)
    if what == "flood":
        line = "x" * 200
        for _ in range(int(rest)):
            print(line)
    if what == "garbage":
        os.write(4, hashlib.sha256(rest.encode()).digest())
    if what == "hello":
        # Its beginning could be the length of a frame.
        os.write(4, b"hello, who is there?")
    if what == "huge":
        os.write(4, b"\xf8\xff\xff\xff" * 8)
    if what == "leave-later":
        # Ends while it is idle; a process of its own keeps its pipes.
        acted("fork", context)
        threading.Timer(0.05, os._exit, [1]).start()
    if what == "fork":
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    return "%d %s" % (os.getpid(), text)


def returns(batch):
    """Returns what is wrong with it."""
    what = batch["text"][0]
    rows = len(batch["text"])
    if what == "none":
        return None
    if what == "list":
        return ["a"] * rows
    if what == "missing":
        return {"text": ["a"] * rows}
    if what == "misspelled":
        return {"text": ["a"] * rows, "scroe": [1.0] * rows}
    if what == "coroutine":
        return awaited()
    if what == "extra":
        return {"text": ["a"] * rows, "score": [1.0] * rows, "langage": ["a"] * rows}
    if what == "few":
        return {"text": ["a"] * (rows - 1), "score": [1.0] * rows}
    if what == "string":
        return {"text": "a" * rows, "score": [1.0] * rows}
    if what == "number":
        return {"text": [1] * rows, "score": [1.0] * rows}
    if what == "score":
        return {"text": ["a"] * rows, "score": ["high"] * rows}
    if what == "surrogate":
        return {"text": ["\ud800"] * rows, "score": [1.0] * rows}
    if what == "float64":
        import numpy

        return {"text": ["a"] * rows, "score": numpy.zeros(rows)}
    if what == "shape":
        import numpy

        return {"text": ["a"] * rows, "score": numpy.zeros((rows, 1), "float32")}
    return {"text": list(batch["text"]), "score": [0.5] * rows}


async def awaited():
    return {}

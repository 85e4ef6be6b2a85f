"""Where a replica starts. What stands here must be understood by every Python 3, so that one too old can be told so."""

import json
import os
import struct
import sys

OLDEST = (3, 9)


def refuse():
    """Answers that this Python is too old, in a frame written by hand."""
    found = "%d.%d" % sys.version_info[:2]
    text = json.dumps(
        {"fault": "interpreter", "message": "is Python %s, and the oldest that can be used is 3.9" % found}
    )
    body = text.encode("utf-8")
    body += b" " * (-len(body) % 8)
    os.write(4, struct.pack("<IIIId", 24 + len(body), 2, 0, 0, 0.0) + body)


def start():
    """Imports the rest of this package, then leaves neither its folder on the search path nor compiled files in it."""
    here = os.path.dirname(os.path.abspath(__file__))
    first = sys.path[0] if sys.path else ""
    if os.path.abspath(first) == here:
        del sys.path[0]
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, os.path.dirname(here))
    from flowserve_worker.replica import serve

    del sys.path[0]
    sys.dont_write_bytecode = writes
    serve()


if sys.version_info[:2] < OLDEST:
    refuse()
else:
    start()

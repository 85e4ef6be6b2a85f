"""This process ends with the one that started it, however that ends and whatever this one is doing."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading

from .channel import READ_FROM

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """
    The kernel's promise holds in a native call that keeps every thread of Python waiting; the thread watches where
    there is no such promise.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        _die_with_parent()
        if os.getppid() != parent:
            os._exit(0)
    threading.Thread(target=_watch, name="flowserve-lifetime", daemon=True).start()


def _die_with_parent() -> None:
    try:
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def _watch() -> None:
    # Asks for no event: that the other end is gone is always told, and what arrives does not wake this thread.
    poll = select.poll()
    poll.register(READ_FROM, 0)
    while True:
        for _, events in poll.poll():
            if events & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                os._exit(0)

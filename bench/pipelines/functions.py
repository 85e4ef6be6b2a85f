"""What bench/python.mjs calls."""

import time
from typing import Any, Dict


def same(batch: Dict[str, Any]) -> Dict[str, Any]:
    return batch


def sleep(batch: Dict[str, Any]) -> Dict[str, Any]:
    """Waits as long as a call to something elsewhere may take."""
    time.sleep(0.005)
    return batch


def compute(batch: Dict[str, Any]) -> Dict[str, Any]:
    """Keeps a core busy for some milliseconds, whatever other processes do."""
    end = time.process_time() + 0.005
    while time.process_time() < end:
        pass
    return batch

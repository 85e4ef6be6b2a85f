"""What bench/scaling.mjs calls."""

import time
from typing import Any, Dict


def slow(batch: Dict[str, Any]) -> Dict[str, Any]:
    """Takes 100 ms, and leaves the cores to those who measure."""
    time.sleep(0.1)
    return batch

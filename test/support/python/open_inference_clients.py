"""Stock clients of the Open Inference Protocol against a server, whose url is the argument.

Prints one JSON object: each check by name, with null or what went wrong.
"""

import asyncio
import json
import sys
import traceback
from typing import Any, Callable, Dict, List

import ml_dtypes
import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from open_inference.openapi.client import OpenInferenceClient
from open_inference.openapi.types import InferenceRequest, RequestInput
from tritonclient.utils import InferenceServerException

URL = sys.argv[1]
HOST = URL.split("//")[1]

SAMPLES: Dict[str, Any] = {
    "BOOL": np.array([[True, False]]),
    "INT8": np.array([[-128, 127]], dtype=np.int8),
    "INT16": np.array([[-32768, 32767]], dtype=np.int16),
    "INT32": np.array([[-(2**31), 2**31 - 1]], dtype=np.int32),
    "INT64": np.array([[-(2**63), 2**63 - 1]], dtype=np.int64),
    "UINT8": np.array([[0, 255]], dtype=np.uint8),
    "UINT16": np.array([[0, 65535]], dtype=np.uint16),
    "UINT32": np.array([[0, 2**32 - 1]], dtype=np.uint32),
    "UINT64": np.array([[0, 2**64 - 1]], dtype=np.uint64),
    "FP16": np.array([[1.5, -2.0]], dtype=np.float16),
    "BF16": np.array([[1.5, -2.0]], dtype=ml_dtypes.bfloat16),
    "FP32": np.array([[0.1, -np.inf]], dtype=np.float32),
    "FP64": np.array([[0.1, 1e300]], dtype=np.float64),
    "BYTES": np.array([[b"\xff\x00", "é".encode()]], dtype=np.object_),
}


def client() -> triton.InferenceServerClient:
    return triton.InferenceServerClient(HOST)


def check_live_and_ready() -> None:
    c = client()
    assert c.is_server_live() and c.is_server_ready()
    assert c.is_model_ready("simple") and c.is_model_ready("simple", "1")
    assert not c.is_model_ready("missing")


def check_metadata() -> None:
    c = client()
    server = c.get_server_metadata()
    assert server["name"] == "flowserve" and "binary_tensor_data" in server["extensions"], server
    expected = {
        "name": "simple",
        "versions": ["1"],
        "platform": "flowserve_pipeline",
        "inputs": [{"name": name, "datatype": "INT32", "shape": [-1, 16]} for name in ("INPUT0", "INPUT1")],
        "outputs": [{"name": name, "datatype": "INT32", "shape": [-1, 16]} for name in ("OUTPUT0", "OUTPUT1")],
    }
    assert c.get_model_metadata("simple") == expected, c.get_model_metadata("simple")
    assert c.get_model_metadata("simple", "1") == expected


def check_config() -> None:
    config = client().get_model_config("simple")
    assert config["max_batch_size"] == 0 and config["platform"] == "ensemble", config
    assert config["input"][0] == {"name": "INPUT0", "data_type": "TYPE_INT32", "dims": [-1, 16]}, config
    (step,) = config["ensemble_scheduling"]["step"]
    assert client().get_model_config(step["model_name"])["name"] == step["model_name"]


def check_repository_index() -> None:
    index = client().get_model_repository_index()
    assert {"name": "simple", "version": "1", "state": "READY", "reason": ""} in index, index


def check_statistics() -> None:
    c = client()
    simple_request(c)
    (stats,) = c.get_inference_statistics("simple")["model_stats"]
    assert stats["inference_count"] >= stats["execution_count"] >= 1 and stats["last_inference"] > 0, stats
    assert stats["inference_stats"]["success"]["ns"] > 0, stats
    names = [model["name"] for model in c.get_inference_statistics()["model_stats"]]
    assert {"simple", "simple.map-1"} <= set(names), names


def simple_inputs(rows: int = 1, is_binary: bool = True) -> List[triton.InferInput]:
    values = [np.arange(16 * rows, dtype=np.int32).reshape(rows, 16), np.ones((rows, 16), dtype=np.int32)]
    inputs = [triton.InferInput(f"INPUT{i}", [rows, 16], "INT32") for i in range(2)]
    for tensor, value in zip(inputs, values):
        tensor.set_data_from_numpy(value, binary_data=is_binary)
    return inputs


def check_simple_answer(result: triton.InferResult, rows: int = 1) -> None:
    expected = np.arange(16 * rows, dtype=np.int32).reshape(rows, 16)
    assert (result.as_numpy("OUTPUT0") == expected + 1).all(), result.as_numpy("OUTPUT0")
    assert (result.as_numpy("OUTPUT1") == expected - 1).all(), result.as_numpy("OUTPUT1")


def simple_request(c: triton.InferenceServerClient, **options: Any) -> triton.InferResult:
    result = c.infer("simple", simple_inputs(), **options)
    check_simple_answer(result)
    return result


def check_infer() -> None:
    result = simple_request(client(), request_id="a7")
    response = result.get_response()
    assert (response["id"], response["model_name"], response["model_version"]) == ("a7", "simple", "1"), response


def check_infer_version() -> None:
    simple_request(client(), model_version="1")


def check_infer_json_and_binary() -> None:
    for in_binary in (True, False):
        for out_binary in (True, False):
            names = ("OUTPUT0", "OUTPUT1")
            outputs = [triton.InferRequestedOutput(name, binary_data=out_binary) for name in names]
            check_simple_answer(client().infer("simple", simple_inputs(3, in_binary), outputs=outputs), 3)


def check_infer_one_output() -> None:
    result = client().infer("simple", simple_inputs(), outputs=[triton.InferRequestedOutput("OUTPUT1")])
    assert result.as_numpy("OUTPUT0") is None and result.as_numpy("OUTPUT1") is not None


def check_infer_in_background() -> None:
    c = triton.InferenceServerClient(HOST, concurrency=4)
    for pending in [c.async_infer("simple", simple_inputs()) for _ in range(16)]:
        check_simple_answer(pending.get_result())


def check_infer_aio() -> None:
    async def run() -> None:
        async with triton_aio.InferenceServerClient(HOST) as c:
            assert await c.is_server_live() and await c.is_model_ready("simple")
            assert (await c.get_model_metadata("simple"))["name"] == "simple"
            for result in await asyncio.gather(*[c.infer("simple", simple_inputs()) for _ in range(8)]):
                check_simple_answer(result)

    asyncio.run(run())


def check_simple_string() -> None:
    values = np.array([[str(i) for i in range(16)]], dtype=np.object_)
    inputs = [triton.InferInput(f"INPUT{i}", [1, 16], "BYTES") for i in range(2)]
    for is_binary in (True, False):
        for tensor in inputs:
            tensor.set_data_from_numpy(values, binary_data=is_binary)
        result = client().infer("simple_string", inputs)
        assert [int(text) for text in result.as_numpy("OUTPUT0")[0]] == [2 * i for i in range(16)]
        assert [int(text) for text in result.as_numpy("OUTPUT1")[0]] == [0] * 16


def check_every_datatype_binary() -> None:
    for datatype, value in SAMPLES.items():
        tensor = triton.InferInput("x", [1, 1, 2], datatype)
        tensor.set_data_from_numpy(value.reshape(1, 1, 2))
        got = client().infer(f"identity_{datatype.lower()}", [tensor]).as_numpy("x")
        assert got.shape == (1, 1, 2), (datatype, got)
        assert (got == value.reshape(1, 1, 2)).all(), (datatype, got)


def check_every_datatype_json() -> None:
    for datatype, value in SAMPLES.items():
        if datatype in ("FP16", "BF16"):
            continue
        if datatype == "BYTES":
            value = np.array([["é", "b"]], dtype=np.object_)
        if datatype == "FP32":
            value = np.array([[0.1, -2]], dtype=np.float32)
        tensor = triton.InferInput("x", [1, 1, 2], datatype)
        tensor.set_data_from_numpy(value.reshape(1, 1, 2), binary_data=False)
        output = triton.InferRequestedOutput("x", binary_data=False)
        got = client().infer(f"identity_{datatype.lower()}", [tensor], outputs=[output]).as_numpy("x")
        assert (got == value.reshape(1, 1, 2)).all(), (datatype, got)


def check_nan_in_json() -> None:
    tensor = triton.InferInput("x", [1, 1, 2], "FP32")
    tensor.set_data_from_numpy(np.array([[[np.nan, -np.inf]]], dtype=np.float32))
    output = triton.InferRequestedOutput("x", binary_data=False)
    got = client().infer("identity_fp32", [tensor], outputs=[output]).as_numpy("x")
    assert np.isnan(got[0, 0, 0]) and got[0, 0, 1] == -np.inf, got


def check_empty_tensor() -> None:
    tensor = triton.InferInput("x", [1, 0, 2], "FP32")
    tensor.set_data_from_numpy(np.zeros((1, 0, 2), dtype=np.float32))
    assert client().infer("identity_fp32", [tensor]).as_numpy("x").shape == (1, 0, 2)


def check_compression() -> None:
    for algorithm in ("gzip", "deflate"):
        simple_request(client(), request_compression_algorithm=algorithm)
        simple_request(client(), response_compression_algorithm=algorithm)
        result = client().infer(
            "simple",
            simple_inputs(50),
            request_compression_algorithm=algorithm,
            response_compression_algorithm=algorithm,
        )
        check_simple_answer(result, 50)


def check_timeout() -> None:
    simple_request(client(), timeout=1_000_000)
    try:
        client().infer("slow", [number(1)], timeout=10_000)
    except InferenceServerException as error:
        assert error.status() == "504", error
        return
    raise AssertionError("the deadline was not kept")


def number(value: int) -> triton.InferInput:
    tensor = triton.InferInput("n", [1], "INT32")
    tensor.set_data_from_numpy(np.array([value], dtype=np.int32))
    return tensor


def check_columns() -> None:
    texts = {
        "name": ["é", "b", "c"],
        "tags": ['["a"]', "[]", "[]"],
        "box": ['{"left":1}'] * 3,
        "maybe": ["null", "7", "null"],
    }
    inputs = []
    for name, value in texts.items():
        tensor = triton.InferInput(name, [3], "BYTES")
        tensor.set_data_from_numpy(np.array(value, dtype=np.object_))
        inputs.append(tensor)
    raw = triton.InferInput("raw", [3], "BYTES")
    raw.set_data_from_numpy(np.array([b"\xff", b"", b"x"], dtype=np.object_))
    score = triton.InferInput("score", [3], "FP32")
    score.set_data_from_numpy(np.array([1, -1, 0], dtype=np.float32))
    result = client().infer("columns", [*inputs, raw, score])
    assert list(result.as_numpy("name")) == ["é".encode(), b"c"], result.as_numpy("name")
    assert list(result.as_numpy("raw")) == [b"\xff", b"x"]
    assert list(result.as_numpy("maybe")) == [b"null", b"null"]
    assert list(result.as_numpy("tags")) == [b'["a"]', b"[]"]


def refused(call: Callable[[], Any]) -> InferenceServerException:
    try:
        call()
    except InferenceServerException as error:
        return error
    raise AssertionError("it was not refused")


def check_errors() -> None:
    c = client()
    missing = refused(lambda: c.infer("missing", simple_inputs()))
    assert missing.status() == "404" and 'no model "missing"' in missing.message(), missing
    short = refused(lambda: c.infer("simple", simple_inputs()[:1]))
    assert short.status() == "400" and '"INPUT1"' in short.message(), short
    version = refused(lambda: c.get_model_metadata("simple", "2"))
    assert version.status() == "404", version
    stage = refused(lambda: c.infer("simple.map-1", simple_inputs()))
    assert stage.status() == "404" and 'pipeline "simple"' in stage.message(), stage
    sequence = refused(lambda: c.infer("simple", simple_inputs(), sequence_id=7))
    assert sequence.status() == "501", sequence
    load = refused(lambda: c.load_model("simple"))
    assert load.status() == "501", load
    memory = refused(lambda: c.get_system_shared_memory_status())
    assert memory.status() == "501", memory
    simple_request(c)


def openapi_client() -> OpenInferenceClient:
    return OpenInferenceClient(base_url=URL)


def check_official_openapi_server() -> None:
    c = openapi_client()
    c.check_server_liveness()
    c.check_server_readiness()
    c.check_model_readiness("simple")
    c.check_model_version_readiness("simple", "1")
    assert c.read_server_metadata().name == "flowserve"


def check_official_openapi_metadata() -> None:
    c = openapi_client()
    assert c.read_model_metadata("simple") == c.read_model_version_metadata("simple", "1")
    assert [tensor.name for tensor in c.read_model_metadata("columns").outputs][:2] == ["name", "raw"]


def check_official_openapi_infer() -> None:
    inputs = [
        RequestInput(name=f"INPUT{i}", shape=[1, 16], datatype="INT32", data=[list(range(16))]) for i in range(2)
    ]
    answer = openapi_client().model_infer("simple", request=InferenceRequest(id="x", inputs=inputs))
    assert answer.id == "x" and answer.outputs[0].data.__root__ == [2 * i for i in range(16)], answer
    assert openapi_client().model_version_infer("simple", "1", request=InferenceRequest(inputs=inputs)).id is None


def main() -> None:
    report: Dict[str, Any] = {}
    for name, check in list(globals().items()):
        if not name.startswith("check_") or name == "check_simple_answer":
            continue
        try:
            check()
            report[name[len("check_") :]] = None
        except Exception:
            report[name[len("check_") :]] = traceback.format_exc()
    print(json.dumps(report))


main()

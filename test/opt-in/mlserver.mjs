// Calls a model of a real MLServer, installed for the purpose: npm run build && node test/opt-in/mlserver.mjs
// It is no part of `npm test`, since it installs some hundred packages of Python.
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// uvloop 0.22 takes away what this version of MLServer starts with.
const PACKAGES = ['mlserver==1.7.1', 'uvloop<0.22'];
const environment = fileURLToPath(new URL('../../node_modules/.cache/flowserve-mlserver-1.7.1/', import.meta.url));

const MODEL = `
import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse


class SumModel(MLModel):
    async def load(self) -> bool:
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        numbers = NumpyCodec.decode_input(payload.inputs[0])
        words = StringCodec.decode_input(payload.inputs[1])
        outputs = [
            NumpyCodec.encode_output("sum", numbers.sum(axis=1).astype(np.float32)),
            StringCodec.encode_output("upper", [word.upper() for word in words]),
            NumpyCodec.encode_output("big", np.array([2**53 + 1] * len(numbers), dtype=np.int64)),
        ]
        return InferenceResponse(model_name=self.name, outputs=outputs)
`;
const tensorOf = (name, datatype, ...shape) => ({ name, datatype, shape: [-1, ...shape] });
const SETTINGS = {
  name: 'sum',
  implementation: 'sum_model.SumModel',
  inputs: [tensorOf('x', 'FP32', 3), tensorOf('word', 'BYTES')],
  outputs: [tensorOf('sum', 'FP32'), tensorOf('upper', 'BYTES'), tensorOf('big', 'INT64')],
};

install();
const { url, stop } = await startServer();
try {
  await check(url);
  console.log('✓ MLServer answers as declared');
} finally {
  stop();
}

function install() {
  if (existsSync(`${environment}bin/mlserver`)) return;
  console.log(`• installing ${PACKAGES.join(', ')}`);
  execFileSync('python3', ['-m', 'venv', environment]);
  execFileSync(`${environment}bin/python`, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES], {
    stdio: 'inherit',
  });
}

async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'flowserve-mlserver-'));
  const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  mkdirSync(join(folder, 'sum'));
  writeFileSync(join(folder, 'sum', 'sum_model.py'), MODEL);
  writeFileSync(join(folder, 'sum', 'model-settings.json'), JSON.stringify(SETTINGS));
  const settings = { host: '127.0.0.1', http_port: http, grpc_port: grpc, metrics_port: metrics, parallel_workers: 0 };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  const env = { ...process.env, PYTHONPATH: join(folder, 'sum') };
  const server = spawn(`${environment}bin/mlserver`, ['start', folder], { env, stdio: ['ignore', 'ignore', 'ignore'] });
  return { url: `http://127.0.0.1:${http}`, stop: () => server.kill('SIGKILL') };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function check(at) {
  const { deploy, float32, int64, pipeline, tensor, text } = await import('flowserve');
  const { remote } = await import('flowserve/remote');
  const input = { x: tensor('FP32', [3]), word: text };
  const sum = remote({ name: 'sum', url: at, model: 'sum', input, output: { sum: float32, upper: text, big: int64 } });
  const deployed = await deploy(pipeline('summing', input, (rows) => rows.map(sum)));
  const rows = [1, 2, 3].map((n) => ({ x: { datatype: 'FP32', shape: [3], data: Float32Array.of(n, 1, 0.5) }, word: `wörd ${n}` }));
  const wanted = [1, 2, 3].map((n) => ({ sum: n + 1.5, upper: `WÖRD ${n}`, big: 2n ** 53n + 1n }));
  assert.deepEqual(await deployed.run(rows), wanted);
  await deployed.close();
  const wrong = remote({ name: 'sum', url: at, model: 'sum', input: { x: tensor('FP32', [4]), word: text }, output: { sum: float32 } });
  await assert.rejects(deploy(pipeline('wrong', wrong.input, (some) => some.map(wrong))), { code: 'MODEL_MISMATCH' });
}

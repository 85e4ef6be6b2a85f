import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import { serving } from '../../test/end-to-end/command-line.ts';

interface Line {
  readonly text: string;
  readonly confidence: number;
}

/** The baseline is JavaScript without declarations: this is what it promises in its comments. */
interface Baseline {
  read(photo: Uint8Array): Promise<readonly Line[]>;
  close(): Promise<void>;
}
async function startBaseline(): Promise<Baseline> {
  const { OcrPool } = await import(new URL('../../bench/baselines/ocr/pool.mjs', import.meta.url).href);
  return new OcrPool({ workers: 1 });
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = await readFile(file('../ocr/photos/cookbook-page.jpg'));
const photos = {
  page,
  'one line': await sharp(page).extract({ left: 380, top: 370, width: 340, height: 60 }).png().toBuffer(),
  'picture without text': await sharp({ create: { width: 320, height: 200, channels: 3, background: '#69c' } })
    .png()
    .toBuffer(),
};

let models: Awaited<ReturnType<typeof serving>>;
let deployment: Deployment;
let baseline: Baseline;
beforeAll(async () => {
  models = await serving([file('models.ts'), '--limit', 'maxBodyBytes=100000000']);
  process.env.MODELS_URL = models.url;
  const { plans, program } = await loadPipelines(new URL('./pipeline.ts', import.meta.url));
  const [plan] = plans;
  if (plan === undefined) throw new Error('pipeline.ts exports no pipeline');
  [deployment, baseline] = await Promise.all([Deployment.start(plan, { program: program.url, workers: 1 }), startBaseline()]);
});
afterAll(async () => {
  await Promise.all([deployment.close(), baseline.close()]);
  models.child.kill();
});

describe('the triton example', () => {
  it.each(Object.entries(photos))('gives the same answer as hand-written code with the models in its own process: %s', async (_, photo) => {
    const [answer] = await deployment.run([{ photo }]);
    const lines = (await baseline.read(photo)).map(({ text, confidence }) => ({ text, confidence }));
    expect(answer).toEqual({ lines });
  });

  it('runs by one command', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [file('run.mjs')]);
    const { row } = JSON.parse(stdout) as { readonly row: { readonly lines: readonly Line[] } };
    expect(row.lines.at(-1)?.text).toBe('Chicken Fricassee');
  });
});

import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { Box } from './boxes/box.ts';

interface Line {
  readonly text: string;
  readonly confidence: number;
  readonly box: Box;
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

const page = await readFile(new URL('./photos/cookbook-page.jpg', import.meta.url));
const png = (picture: Sharp): Promise<Uint8Array> => picture.png().toBuffer();
const photos = {
  page,
  'page upside down': await png(sharp(page).rotate(180)),
  'slanted page': await png(sharp(page).rotate(3, { background: '#fff' })),
  'one line': await png(sharp(page).extract({ left: 380, top: 370, width: 340, height: 60 })),
  'tiny picture': await png(sharp(page).extract({ left: 398, top: 384, width: 24, height: 20 })),
  'picture without text': await png(sharp({ create: { width: 320, height: 200, channels: 3, background: '#69c' } })),
};

let deployment: Deployment;
let baseline: Baseline;
beforeAll(async () => {
  const { plans, program } = await loadPipelines(new URL('./pipeline.ts', import.meta.url));
  const [plan] = plans;
  if (plan === undefined) throw new Error('pipeline.ts exports no pipeline');
  [deployment, baseline] = await Promise.all([Deployment.start(plan, { program: program.url, workers: 1 }), startBaseline()]);
});
afterAll(async () => {
  await Promise.all([deployment.close(), baseline.close()]);
});

async function read(photo: Uint8Array): Promise<readonly Line[]> {
  const [answer] = await deployment.run([{ photo }]);
  return answer?.lines as readonly Line[];
}

/** How many rows have entered a step. */
function rowsInto(step: string): number {
  const steps = deployment.statistics().tasks.flatMap((task) => task.steps);
  return steps.find((candidate) => candidate.step === step)?.rowsIn ?? Number.NaN;
}

describe('the ocr example', () => {
  it.each(Object.entries(photos))('gives the same answer as hand-written code: %s', async (_, photo) => {
    expect(await read(photo)).toEqual(await baseline.read(photo));
  });

  it('reads a page in reading order', async () => {
    const lines = (await read(page)).map(({ text }) => text);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines[0]).toBe('half sliced onion, two sprigs thyme, one sprig parsley, and');
    expect(lines.at(-1)).toBe('Chicken Fricassee');
  });

  it('reads lines that are upside down', async () => {
    const [first] = await read(photos['page upside down']);
    expect(first?.text).toBe('Chicken Fricassee');
  });

  it('gives a photo without text an empty list', async () => {
    expect(await read(photos['picture without text'])).toEqual([]);
  });

  it('asks the second model only about doubtful lines', async () => {
    const before = rowsInto('derive orient');
    await read(page);
    expect(rowsInto('derive orient')).toBe(before);
    await read(photos['page upside down']);
    expect(rowsInto('derive orient')).toBeGreaterThan(before);
  });

  it('gives the same answer alone and among other requests', async () => {
    const alone = [await read(page), await read(photos['page upside down']), await read(photos['one line'])];
    const together = await Promise.all([read(page), read(photos['page upside down']), read(photos['one line'])]);
    expect(together).toEqual(alone);
  });

  it.each([
    ['a photo that is cut short', page.subarray(0, page.length / 2)],
    ['what is not a picture', Buffer.from('half sliced onion')],
  ])('refuses %s', async (_, photo) => {
    await expect(read(photo)).rejects.toMatchObject({
      code: 'ROW_INVALID',
      message: expect.stringMatching(/the photo is broken, cut short or not a JPEG, PNG or WebP picture/),
    });
  });
});

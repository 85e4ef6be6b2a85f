import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';

/** The baseline and the set-up are JavaScript without declarations: this is what they promise in their comments. */
interface Baseline {
  classify(photo: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}
async function startBaseline(): Promise<Baseline> {
  const { CascadePool } = await import(new URL('../../bench/baselines/cascade/pool.mjs', import.meta.url).href);
  return new CascadePool({ workers: 1 });
}
async function setUp(): Promise<void> {
  const setUpFile = await import(new URL('./set-up.mjs', import.meta.url).href);
  await setUpFile.setUp();
}

const folder = new URL('./photos/', import.meta.url);
const photo = (name: string): Promise<Uint8Array> => readFile(new URL(name, folder));
const [cat, coffee, rocket] = await Promise.all([photo('chelsea.jpg'), photo('coffee.jpg'), photo('rocket.jpg')]);
const turned = sharp(cat).withMetadata({ orientation: 6 }).jpeg().toBuffer();
const large = sharp(coffee).resize(4000).jpeg().toBuffer();
const photos = { cat, coffee, rocket, 'cat, turned by EXIF': await turned, 'large coffee': await large };

let deployment: Deployment;
let baseline: Baseline;
beforeAll(async () => {
  await setUp();
  const { plans, program } = await loadPipelines(new URL('./pipeline.ts', import.meta.url));
  const [plan] = plans;
  if (plan === undefined) throw new Error('pipeline.ts exports no pipeline');
  [deployment, baseline] = await Promise.all([Deployment.start(plan, { program: program.url, workers: 1 }), startBaseline()]);
}, 300_000);
afterAll(async () => {
  await Promise.all([deployment.close(), baseline.close()]);
});

async function classify(photo: Uint8Array): Promise<unknown> {
  const [answer] = await deployment.run([{ photo }]);
  return answer;
}

/** How many rows have entered a step. */
function rowsInto(step: string): number {
  const steps = deployment.statistics().tasks.flatMap((task) => task.steps);
  return steps.find((candidate) => candidate.step === step)?.rowsIn ?? Number.NaN;
}

describe('the cascade example', () => {
  it.each(Object.entries(photos))('gives the same answer as hand-written code: %s', async (_, photo) => {
    expect(await classify(photo)).toEqual(await baseline.classify(photo));
  });

  it('lets the small network answer what it is sure of', async () => {
    const before = rowsInto('map EfficientNet-lite2');
    expect(await classify(coffee)).toMatchObject({ label: 'espresso', model: 'MobileNetV2' });
    expect(rowsInto('map EfficientNet-lite2')).toBe(before);
  });

  it('lets the large network answer what the small one is unsure of', async () => {
    const before = rowsInto('map EfficientNet-lite2');
    expect(await classify(cat)).toMatchObject({ label: 'Egyptian cat', model: 'EfficientNet-lite2' });
    expect(await classify(rocket)).toMatchObject({ label: 'missile', model: 'EfficientNet-lite2' });
    expect(rowsInto('map EfficientNet-lite2')).toBe(before + 2);
  });

  it('gives each request its own answer when they come together', async () => {
    const alone = [await classify(cat), await classify(coffee), await classify(rocket)];
    expect(await Promise.all([classify(cat), classify(coffee), classify(rocket)])).toEqual(alone);
  });

  it('gives each row of a request its own answer', async () => {
    const answers = await deployment.run([{ photo: coffee }, { photo: cat }, { photo: coffee }, { photo: rocket }]);
    expect(answers.map(({ label }) => label)).toEqual(['espresso', 'Egyptian cat', 'espresso', 'missile']);
  });

  it.each([
    ['a photo that is cut short', cat.subarray(0, cat.length / 2)],
    ['what is not a picture', Buffer.from('an Egyptian cat')],
  ])('refuses %s', async (_, photo) => {
    await expect(classify(photo)).rejects.toMatchObject({
      code: 'ROW_INVALID',
      message: expect.stringMatching(/the photo is broken, cut short or not a JPEG, PNG or WebP picture/),
    });
  });
});

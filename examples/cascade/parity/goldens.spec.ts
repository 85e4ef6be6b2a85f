import { readFile } from 'node:fs/promises';
import { bytes, type Pipeline, pipeline } from 'flowserve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topClass } from '../classes/top-class.ts';
import { efficientnetInput } from '../stages/efficientnet-input.ts';
import { mobilenetInput } from '../stages/mobilenet-input.ts';
import goldens from './goldens.json' with { type: 'json' };

type NetworkName = 'mobilenet-v2' | 'efficientnet-lite2';
type Golden = (typeof goldens.photos)['chelsea.jpg'][NetworkName];

/** A network behind the stage that makes its input: logits of photos. */
type Network = Pipeline<{ readonly photo: typeof bytes }, { readonly logits: typeof import('../models.ts').mobilenet.output.logits }>;

let networks: Readonly<Record<NetworkName, Network>>;
beforeAll(async () => {
  const { setUp } = await import(new URL('../set-up.mjs', import.meta.url).href);
  await setUp();
  const { efficientnet, mobilenet } = await import('../models.ts');
  networks = {
    'mobilenet-v2': pipeline('mobilenet', { photo: bytes }, (photos) => photos.map(mobilenetInput).map(mobilenet)),
    'efficientnet-lite2': pipeline('efficientnet', { photo: bytes }, (photos) => photos.map(efficientnetInput).map(efficientnet)),
  };
}, 300_000);
afterAll(() => Promise.all(Object.values(networks).map((network) => network.close())));

interface Case {
  readonly photo: string;
  readonly network: NetworkName;
  readonly golden: Golden;
}
const cases = Object.entries(goldens.photos).flatMap(([photo, answers]): readonly Case[] =>
  (Object.entries(answers) as [NetworkName, Golden][]).map(([network, golden]) => ({ photo, network, golden })),
);

async function logitsOf({ photo, network }: Omit<Case, 'golden'>): Promise<Float32Array> {
  const [answer] = await networks[network].run([{ photo: await readFile(new URL(`../photos/${photo}`, import.meta.url)) }]);
  return answer?.logits.data ?? new Float32Array();
}

/** The five largest logits, largest first. */
function topFive(logits: Float32Array): readonly { readonly class: number; readonly logit: number }[] {
  const all = [...logits].map((logit, index) => ({ class: index, logit }));
  return all.sort((a, b) => b.logit - a.logit).slice(0, 5);
}

describe('the networks of the cascade', () => {
  it.each(cases)('give the logits that PyTorch gives for the same pixels: $network, $photo', async (given) => {
    const top = topFive(await logitsOf(given));
    expect(top.map((entry) => entry.class)).toEqual(given.golden.top.map((entry) => entry.class));
    // Other processors round otherwise; a graph that was converted wrongly is further off.
    for (const [rank, { logit }] of top.entries()) expect(logit).toBeCloseTo(given.golden.top[rank]?.logit ?? Number.NaN, 1);
  });

  it.each(cases)('are given pixels on which they answer as on those of their publishers: $network, $photo', async (given) => {
    const { index, confidence } = topClass(await logitsOf(given));
    expect(index).toBe(given.golden.published.class);
    expect(Math.abs(confidence - given.golden.published.confidence)).toBeLessThan(0.05);
  });
});

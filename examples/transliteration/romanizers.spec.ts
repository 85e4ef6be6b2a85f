import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choosePlan, loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';

type Golden = readonly { readonly text: string; readonly latin: string }[];

const SET_UP_MS = 300_000;
const languages = ['arabic', 'persian'] as const;
let deployments: Readonly<Record<string, Deployment>> = {};

beforeAll(async () => {
  const { setUp } = await import(new URL('./set-up/set-up.mjs', import.meta.url).href);
  await setUp();
  const loaded = await loadPipelines(new URL('./romanizers.ts', import.meta.url));
  const start = (name: string) => Deployment.start(choosePlan(loaded, name), { program: loaded.program.url, workers: 1 });
  deployments = Object.fromEntries(await Promise.all(languages.map(async (name) => [name, await start(name)] as const)));
}, SET_UP_MS);
afterAll(async () => {
  await Promise.all(Object.values(deployments).map((deployment) => deployment.close()));
});

async function latinOf(language: string, texts: readonly string[]): Promise<readonly unknown[]> {
  const rows = (await deployments[language]?.run(texts.map((text) => ({ text })))) ?? [];
  return rows.map(({ latin }) => latin);
}

describe.each(languages)('the %s romanizer', (language) => {
  const golden: Promise<Golden> = readFile(new URL(`./goldens/${language}.json`, import.meta.url), 'utf8').then(JSON.parse);

  it("gives what the models' own package gives, for all texts in one request", async () => {
    const expected = await golden;
    expect(expected.length).toBeGreaterThan(100);
    const given = await latinOf(
      language,
      expected.map(({ text }) => text),
    );
    expect(given).toEqual(expected.map(({ latin }) => latin));
  });

  it('gives the same for requests of one text, side by side', async () => {
    const expected = (await golden).slice(0, 40);
    const given = await Promise.all(expected.map(({ text }) => latinOf(language, [text])));
    expect(given.flat()).toEqual(expected.map(({ latin }) => latin));
  });

  it('leaves words as they are that are not of its script', async () => {
    expect(await latinOf(language, ['1187, Paris', '', '؟'])).toEqual(['1187 Paris', '', '']);
  });
});

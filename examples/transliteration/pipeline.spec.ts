import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choosePlan, loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';

interface Answer {
  readonly text: string;
  readonly language: string;
  readonly score: number;
  readonly latin: string | null;
}

/** The baseline is JavaScript without declarations: this is what it promises in its comments. */
interface Baseline {
  transliterate(text: string): Promise<Answer>;
  close(): Promise<void>;
}
async function startBaseline(): Promise<Baseline> {
  const { TransliterationPool } = await import(new URL('../../bench/baselines/transliteration/pool.mjs', import.meta.url).href);
  return new TransliterationPool({ workers: 1 });
}

const SET_UP_MS = 300_000;
const texts: readonly { readonly text: string }[] = JSON.parse(await readFile(new URL('./texts.json', import.meta.url), 'utf8'));

let deployment: Deployment;
let baseline: Baseline;
beforeAll(async () => {
  const { setUp } = await import(new URL('./set-up/set-up.mjs', import.meta.url).href);
  await setUp();
  const loaded = await loadPipelines(new URL('./pipeline.ts', import.meta.url));
  const plan = choosePlan(loaded, 'transliteration');
  [deployment, baseline] = await Promise.all([Deployment.start(plan, { program: loaded.program.url, workers: 1 }), startBaseline()]);
}, SET_UP_MS);
afterAll(async () => {
  await Promise.all([deployment?.close(), baseline?.close()]);
});

const answer = async (...given: readonly string[]) =>
  (await deployment.run(given.map((text) => ({ text })))) as unknown as readonly Answer[];
const latin = async (...given: readonly string[]) => (await answer(...given)).map((row) => row.latin);

/** How many rows have entered a stage. */
function rowsInto(name: string): number {
  const stages = deployment.statistics().tasks.flatMap((task) => task.stages);
  return stages.find(({ stage }) => stage === name)?.rows ?? Number.NaN;
}

describe('the transliteration example', () => {
  it('gives the same answers as hand-written code', async () => {
    const byHand = await Promise.all(texts.map(({ text }) => baseline.transliterate(text)));
    expect(await answer(...texts.map(({ text }) => text))).toEqual(byHand);
  });

  it('writes Arabic and Persian in Latin letters, and leaves other languages alone', async () => {
    expect(await latin('نجيب محفوظ', 'پروین اعتصامی', 'Where do the herons sleep?')).toEqual(['Najib Mahfouz', 'Parvin Etesami', null]);
  });

  it('asks of two models only that of the language', async () => {
    const before = rowsInto('decode persian');
    await answer('نجيب محفوظ', 'Where do the herons sleep?');
    expect(rowsInto('decode persian')).toBe(before);
    await answer('پروین اعتصامی');
    expect(rowsInto('decode persian')).toBeGreaterThan(before);
  });

  it('keeps what it cannot read of a text', async () => {
    expect(await latin('صَلاح الدين الأيوبي، 1187 (Paris)')).toEqual(['Salah Eddine Al-Ayyubi 1187 Paris']);
  });

  it('takes any text: none, one of several lines, one of signs', async () => {
    const answers = await answer('', 'نجيب\nمحفوظ', '؟؟؟', '🜁');
    expect(answers.map(({ text }) => text)).toEqual(['', 'نجيب\nمحفوظ', '؟؟؟', '🜁']);
    expect(answers[1]?.latin).toBe('Najib Mahfouz');
  });

  it('gives the same answers alone and among other requests', async () => {
    const some = texts.slice(0, 12).map(({ text }) => text);
    const alone: Answer[] = [];
    for (const text of some) alone.push(...(await answer(text)));
    expect((await Promise.all(some.map((text) => answer(text)))).flat()).toEqual(alone);
  });
});

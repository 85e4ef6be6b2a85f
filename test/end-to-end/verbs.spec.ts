import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, examplesIn, folderFor, runExample, verbsOfFlow } from './examples.ts';

/*
 * Every block of code of docs/verbs.md is compiled. One that exports `rows` is run, and they are compared with those that
 * the comment at its end shows.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = examplesIn(await readFile(join(root, 'docs/verbs.md'), 'utf8'));

describe('docs/verbs.md', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await folderFor('verbs');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has an example of every verb', async () => {
    const verbs = await verbsOfFlow();
    expect(verbs.filter((verb) => !examples.some(({ section }) => section.split(/\W/)[0] === verb))).toEqual([]);
    expect(verbs.length).toBeGreaterThan(10);
  });

  it('shows code that compiles', async () => {
    const files = Object.fromEntries(examples.map(({ code }, i) => [`example-${i}.ts`, code]));
    expect(await compiled(folder, files)).toEqual({ status: 0, output: '' });
  });

  it.each(examples.filter(({ shown }) => shown !== null))('shows what $section gives', async (example) => {
    const { rows, shown } = await runExample(folder, example.section.replaceAll(/\W/g, '-'), example);
    expect(rows).toStrictEqual(shown);
  });
});

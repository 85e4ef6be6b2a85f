import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tsc } from '../types/tsc.ts';

/*
 * Every block of code of docs/verbs.md is compiled. One that exports `rows` is run, and they are compared with those that
 * the comment at its end shows.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(root, 'docs/verbs.md'), 'utf8');

interface Example {
  readonly verb: string;
  readonly code: string;
  /** The rows shown, as code; null where none are. */
  readonly shown: string | null;
}

function examplesIn(text: string): readonly Example[] {
  const sections = text.split(/^##+ /m).slice(1);
  return sections.flatMap((section) => {
    const verb = section.slice(0, section.indexOf('\n'));
    return [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => ({ verb, code, shown: shownIn(code) }));
  });
}

function shownIn(code: string): string | null {
  const comment = /((?:^\/\/ .*\n)+)$/m.exec(code)?.[1];
  return comment === undefined ? null : comment.replaceAll(/^\/\/ /gm, '');
}

const examples = examplesIn(page);

describe('docs/verbs.md', () => {
  let folder = '';
  beforeAll(async () => {
    // Under the repository, so that the compiler finds its types.
    await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
    folder = await mkdtemp(join(root, 'node_modules/.cache/verbs-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has an example of every verb', async () => {
    const flow = await readFile(join(root, 'src/language/flow.ts'), 'utf8');
    const verbs = new Set([...flow.matchAll(/^ {2}([a-z]\w*)[<(]/gm)].map(([, verb]) => verb));
    expect([...verbs].filter((verb) => !examples.some((example) => example.verb.split(/\W/)[0] === verb))).toEqual([]);
    expect(verbs.size).toBeGreaterThan(10);
  });

  it('shows code that compiles', async () => {
    await Promise.all(examples.map(({ code }, i) => writeFile(join(folder, `example-${i}.ts`), code)));
    const tsconfig = { extends: join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    expect(await tsc('-p', relative(root, folder))).toEqual({ status: 0, output: '' });
  });

  it.each(examples.filter(({ shown }) => shown !== null))('shows what $verb gives', async ({ verb, code, shown }) => {
    const program = await transform(`${code}\nexport const shown = ${shown};`, { loader: 'ts', format: 'esm' });
    const file = join(folder, `${verb.replaceAll(/\W/g, '-')}.mjs`);
    await writeFile(file, program.code.replace('"flowserve"', JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)));
    const { rows, shown: expected } = (await import(pathToFileURL(file).href)) as { readonly rows: unknown; readonly shown: unknown };
    expect(rows).toStrictEqual(expected);
  });
});

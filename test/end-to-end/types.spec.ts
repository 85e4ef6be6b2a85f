import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { json, pipeline } from 'flowserve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, examplesIn, folderFor, runExample, verbsOfFlow } from './examples.ts';
import { whenBuilt, whenRun } from './types-mistakes.ts';

/* Every example of docs/types.md is compiled and run, and what its tables say is compared with what happens. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(root, 'docs/types.md'), 'utf8');
const examples = examplesIn(page).map((example, i) => ({ ...example, name: `example-${i}` }));

/** The cells of the table of a section, without its head. */
function tableOf(section: string): readonly (readonly string[])[] {
  const content = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = content.match(/^\|.*\|$/gm) ?? [];
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

/** The text of a cell that is one piece of code. */
function code(cell: string | undefined): string {
  return /^`(.*)`$/.exec(cell ?? '')?.[1] ?? '';
}

let folder = '';
beforeAll(async () => {
  folder = await folderFor('types');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the examples of docs/types.md', () => {
  it('compile', async () => {
    const files = Object.fromEntries(examples.map((example) => [`${example.name}.ts`, example.code]));
    expect(await compiled(folder, files)).toEqual({ status: 0, output: '' });
  });

  it('compile under isolatedDeclarations where they say so', async () => {
    const annotated = examples.filter((example) => example.code.startsWith('// Compiles under isolatedDeclarations.\n'));
    const files = Object.fromEntries(annotated.map((example) => [`${example.name}.ts`, example.code]));
    const options = { declaration: true, isolatedDeclarations: true, paths: { flowserve: [join(root, 'dist/index.d.ts')] } };
    expect(await compiled(folder, files, options)).toEqual({ status: 0, output: '' });
    expect(annotated).toHaveLength(1);
  });

  it.each(examples)('show the rows that they give: $section, $name', async (example) => {
    const { rows, shown } = await runExample(folder, example.name, example);
    expect(example.shown).not.toBeNull();
    expect(rows).toStrictEqual(shown);
  });
});

describe('the tables of docs/types.md', () => {
  it('give each column the value that it has', async () => {
    const pairs = tableOf('Columns and their values').flatMap(([columns = '', value]) =>
      [...columns.matchAll(/`(.+?)`/g)].map(([, column]) => ({ column, value: code(value) })),
    );
    expect(await compiled(folder, { 'values.ts': valuesProgram(pairs) })).toEqual({ status: 0, output: '' });
    expect(pairs.map(({ column }) => column?.split('(')[0]).sort()).toEqual(COLUMNS);
  });

  it('have a mistake of every verb', async () => {
    const listed = new Set(tableOf('Said by the compiler').map(([verb]) => verb));
    expect([...listed].sort()).toEqual([...(await verbsOfFlow())].sort());
  });

  it.each(tableOf('Said by the compiler'))('quote what the compiler says: %s, %s', async (_, mistake = '', sentence) => {
    const file = /\((.*)\.ts\)$/.exec(mistake)?.[1] ?? '';
    const message = (await readFile(join(root, 'docs', `${file}.txt`), 'utf8')).replaceAll('\\"', '"').split('\n');
    const quoted = code(sentence);
    expect(message.filter((line) => line.includes(`'"${quoted}"`) || line.endsWith(`: ${quoted}`))).toHaveLength(1);
  });

  it.each(tableOf('Said when the pipeline is built'))('quote what is said when it is built: %s', (mistake = '', sentence) => {
    expect(whenBuilt[mistake]).toThrow(expect.objectContaining({ message: code(sentence) }));
  });

  it.each(tableOf('Said when a stage returns'))('quote what is said when a stage returns: %s', async (mistake = '', sentence) => {
    await expect(whenRun[mistake]?.()).rejects.toThrow(expect.objectContaining({ message: code(sentence) }));
  });

  it('leave out no mistake that is tried', () => {
    const listed = ['Said when the pipeline is built', 'Said when a stage returns'].flatMap((section) => tableOf(section));
    expect(listed.map(([mistake]) => mistake)).toEqual([...Object.keys(whenBuilt), ...Object.keys(whenRun)]);
  });
});

const COLUMNS = ['bool', 'bytes', 'float32', 'float64', 'int32', 'int64', 'json', 'list', 'nullable', 'record', 'tensor', 'text'];

/** A program that compiles where each column has the value said of it, no more and no less. */
function valuesProgram(pairs: readonly { readonly column: string | undefined; readonly value: string }[]): string {
  const checks = pairs.map(
    ({ column, value }, i) => `const column${i} = ${column};\nexport const same${i}: Same<ValueOf<typeof column${i}>, ${value}> = true;`,
  );
  return `
import { ${COLUMNS.join(', ')}, type Tensor, type ValueOf } from 'flowserve';
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
interface Accepted { readonly id: string }
declare const schema: Parameters<typeof json<Accepted>>[0];
${checks.join('\n')}
`;
}

it('docs/types.md is right that json is believed in process', async () => {
  const never = { version: 1, vendor: 'none', validate: () => ({ issues: [{ message: 'never' }] }) } as const;
  const column = json<string>({ '~standard': never });
  const lengths = pipeline('lengths', { tag: column }, (rows) => rows.map({ again: column }, ({ tag }) => ({ again: tag })));
  expect(await lengths.run([{ tag: 'a' }])).toEqual([{ again: 'a' }]);
});

it('docs/types.md links to what is there', async () => {
  const links = [...page.matchAll(/\]\(([^#)]*)(?:#([^)]*))?\)/g)].map(([, path = '', anchor]) => ({ path, anchor }));
  for (const { path, anchor } of links) {
    const text = path === '' ? page : await readFile(join(root, 'docs', path), 'utf8');
    const anchors = [...text.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect([...anchors, undefined]).toContain(anchor);
  }
  expect(links.length).toBeGreaterThan(10);
});

describe('the limit of docs/types.md on steps', () => {
  const steps = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => `.derive({ c${from + i}: int32 }, () => ({ c${from + i}: 1 }))`).join('\n');
  const groups = (count: number): string =>
    Array.from(
      { length: count },
      (_, i) => `.groupBy('start').map({ c${i}: int32 }, (rows) => rows.map(() => ({ c${i}: 1 }))).combine()`,
    ).join('\n');
  const program = (build: string): string =>
    `import { type Flow, type Int32, int32, pipeline } from 'flowserve';
    declare const declared: (rows: object) => Flow<{ start: Int32 }>;
    export const long = pipeline('long', { start: int32 }, (rows) => (${build}));
    export { declared };`;

  it('is about fifty that add to the columns before them; a map or a declared function starts anew, a select does not', async () => {
    const { output } = await compiled(folder, {
      'forty.ts': program(`rows${steps(0, 40)}`),
      'sixty.ts': program(`rows${steps(0, 60)}`),
      'select.ts': program(`rows${steps(0, 30)}.select('start')${steps(30, 60)}`),
      'map.ts': program(`rows${steps(0, 30)}.map({ start: int32 }, ({ start }) => ({ start }))${steps(30, 60)}`),
      'groups.ts': program(`rows${groups(40)}`),
      'names.ts': `import { int32, pipeline } from 'flowserve';
        export const long = pipeline('long', { start: int32 }, (rows) => {
          const first = rows${steps(0, 30)};
          const second = first${steps(30, 60)};
          return second;
        });`,
      'function.ts': program(`declared(rows${steps(0, 30)})${steps(30, 60)}`),
    });
    const refused = new Set([...output.matchAll(/(\w+)\.ts\(.*TS2589/g)].map(([, file]) => file));
    expect([...refused].sort()).toEqual(['groups', 'names', 'select', 'sixty']);
    expect(output).not.toMatch(/(forty|map|function)\.ts/);
  });
});

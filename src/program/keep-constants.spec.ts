import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepConstants } from './keep-constants.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-constants-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What becomes of a file, a.ts, and others beside it. */
async function bundled(files: Readonly<Record<string, string>>) {
  for (const [name, source] of Object.entries(files)) await writeFile(join(folder, name), source);
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'a.ts')],
    outfile: join(folder, 'out.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'external',
    write: false,
  });
  const [map = '', code = ''] = outputFiles.map(({ text }) => text);
  return keepConstants({ code, map: JSON.parse(map) });
}

const declarations = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
  (await bundled(files)).code.split('\n').filter((line) => /^(?:const|var|let) /.test(line));

describe('a bundle', () => {
  it('has the constants of a file as constants, however they are declared', async () => {
    const source = 'const x = 1, y = 2;\nexport const f = () => x + y;\nconst { a, b: [c] } = { a: 1, b: [2] };\nconsole.log(a, c);\n';
    expect(await declarations({ 'a.ts': source })).toEqual([
      'const x = 1;',
      'const y = 2;',
      'const f = () => x + y;',
      'const { a, b: [c] } = { a: 1, b: [2] };',
    ]);
  });

  it('has as variables what is none: let, var, classes and enums', async () => {
    const source = [
      'let n = 1; n++;',
      'var v = 2;',
      'class C { static own = C.name; }',
      'enum E { A }',
      'export const enum F { A }',
      'console.log(n, v, C, E, F.A);',
    ];
    expect(await declarations({ 'a.ts': source.join('\n') })).toEqual(expect.not.arrayContaining([expect.stringMatching(/^const/)]));
  });

  it('leaves text alone that looks like a declaration', async () => {
    const source = `export const t = \`\nvar q = 1;\n\${Math.PI}\nvar r = 2;\`;\nexport const u = 1;\n`;
    const { code } = await bundled({ 'a.ts': source });
    expect(code).toContain('\nvar q = 1;\n');
    expect(code).toContain('\nvar r = 2;`');
  });

  it('leaves alone what is initialised late', async () => {
    const files = { 'a.ts': "export const late = await import('./b.ts');", 'b.ts': 'export const b = await Promise.resolve(1);\n' };
    expect(await declarations(files)).toContain('var b;');
  });

  it('runs as its files do: in a cycle of imports, with classes before their use and an await at the top', async () => {
    const { code } = await bundled({
      'a.ts': [
        "import { early, later } from './b.ts';",
        'export function hoisted() { return 1; }',
        'class Shape { static readonly none = new Shape(); }',
        'const n = await Promise.resolve(40);',
        'export const two = 2;',
        'export const answer = [early, n + later(), Shape.none instanceof Shape];',
      ].join('\n'),
      'b.ts': "import { hoisted, two } from './a.ts';\nexport const early = hoisted();\nexport const later = () => two;\n",
    });
    const made = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { readonly answer: unknown };
    expect(made.answer).toEqual([1, 42, true]);
  });

  it('still knows from which place of which file each part comes', async () => {
    const { code, map } = await bundled({ 'a.ts': '\nconst fail = () => { throw new Error("no"); };\nexport { fail };\n' });
    const line = code.split('\n').findIndex((text) => text.startsWith('const fail'));
    const found = new SourceMap(map as unknown as SourceMapPayload).findEntry(line, 'const fail = '.length);
    expect(found).toMatchObject({ originalLine: 1, originalColumn: 'const fail = '.length });
  });
});

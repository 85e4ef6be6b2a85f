import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram } from '../../src/program/bundle-program.ts';
import { pythonWithNumPy } from '../support/python/environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(root, 'docs/python.md'), 'utf8');
const blocks = [...page.matchAll(/```(ts|py)\n(?:\/\/|#) (\S+)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(
  ([, , file = '', code = '', output]) => ({
    file,
    code,
    output,
  }),
);

let folder = '';
beforeAll(async () => {
  // Under the repository, so that the code finds packages by their names.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  folder = await mkdtemp(join(root, 'node_modules/.cache/docs-python-'));
  for (const { file, code } of blocks) await writeFile(join(folder, file), code);
});
afterAll(() => rm(folder, { recursive: true }));

describe('docs/python.md', () => {
  it('has its code in files', () => {
    expect(blocks.map(({ file }) => file)).toEqual(['lang.py', 'detect.ts', 'rank.py', 'rank.ts']);
  });

  it.each(blocks.filter(({ file }) => file.endsWith('.ts')))('shows what $file prints', async ({ file, output }) => {
    const { url } = await bundleProgram(join(folder, file));
    const env = { ...process.env, VIRTUAL_ENV: dirname(dirname(await pythonWithNumPy())) };
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(url)], { env });
    expect(stdout).toBe(output);
  });
});

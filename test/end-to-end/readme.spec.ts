import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowserve } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');

/** The code of the README's block that starts with a comment naming its file. */
function codeOf(file: string): string {
  const block = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '').find((code) => code.startsWith(`// ${file}\n`));
  if (block === undefined) throw new Error(`the README has no ${file}`);
  return block;
}

describe('the README', () => {
  let folder = '';
  beforeAll(async () => {
    // Under the repository, so that the code finds the package by its own name.
    await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
    folder = await mkdtemp(join(root, 'node_modules/.cache/readme-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('shows a pipeline that runs', async () => {
    const file = join(folder, 'triage.ts');
    await writeFile(file, codeOf('triage.ts'));
    const rows = readme.match(/-d '(\{"rows":.*?\})'/)?.[1] ?? '';
    const { stdout } = await flowserve(['run', file, '--input', '-'], { input: rows });
    expect(JSON.parse(stdout)).toEqual({ rows: [{ label: 'complaint' }, { label: 'question' }] });
  });

  it('names the commands that CI calls', async () => {
    const ci = await readFile(join(root, '.ci/run'), 'utf8');
    expect(ci).toContain('npm test');
    expect(readme).toContain('```sh\nnpm test\n```');
    expect(readme).toContain('```sh\nnpm start\n```');
  });
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWith } from '../support/python/environment.ts';
import { serving } from './command-line.ts';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(root, 'docs/protocol.md'), 'utf8');
const blocks = [...page.matchAll(/```(ts|sh|python)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(([, language, code = '', output]) => ({
  language,
  code,
  output,
}));
const inLanguage = (wanted: string) => blocks.filter(({ language }) => language === wanted);

let folder: string;
let server: Awaited<ReturnType<typeof serving>>;
beforeAll(async () => {
  // Under the repository, so that the code finds packages by their names.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  folder = await mkdtemp(join(root, 'node_modules/.cache/docs-protocol-'));
  const file = join(folder, 'scores.ts');
  await writeFile(file, inLanguage('ts')[0]?.code ?? '');
  server = await serving([file]);
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  await rm(folder, { recursive: true });
});

describe('docs/protocol.md', () => {
  it.each(inLanguage('sh'))('shows what curl is answered: $code', async ({ code, output }) => {
    const { stdout } = await exec('sh', ['-c', code.replace('localhost:8080', server.url)]);
    expect(`${stdout}\n`).toBe(output);
  });

  it('shows what a stock client prints', async () => {
    const python = await pythonWith(['tritonclient[http]==2.73.0', 'open-inference-openapi==2.0.0.1']);
    for (const { code, output } of inLanguage('python')) {
      const { stdout } = await exec(python, ['-c', code.replace('localhost:8080', server.url.replace('http://', ''))]);
      expect(stdout).toBe(output);
    }
  }, 600_000);
});

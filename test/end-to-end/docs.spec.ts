import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsOf } from '../../src/edges/http/limits.ts';
import { bundleProgram } from '../../src/program/bundle-program.ts';
import { flowserve, main, serving } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const exec = promisify(execFile);

/** A block of code, and what the page says it prints. */
interface Block {
  readonly language: string;
  readonly code: string;
  readonly output: string | undefined;
}

const pages = await Promise.all(
  ['embedding', 'serving'].map(async (page) => {
    const text = await readFile(join(root, `docs/${page}.md`), 'utf8');
    const blocks = [...text.matchAll(/```(ts|sh)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)];
    return { page, text, blocks: blocks.map(([, language = '', code = '', output]): Block => ({ language, code, output })) };
  }),
);

const folders = new Map<string, string>();
beforeAll(async () => {
  // Under the repository, so that the code finds packages by their names.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  for (const { page, blocks } of pages) {
    const folder = await mkdtemp(join(root, `node_modules/.cache/docs-${page}-`));
    folders.set(page, folder);
    for (const { language, code } of blocks) if (language === 'ts') await writeFile(join(folder, fileOf(code)), code);
  }
});
afterAll(() => Promise.all([...folders.values()].map((folder) => rm(folder, { recursive: true }))));

/** Each block of TypeScript begins with the name of its file. */
function fileOf(code: string): string {
  const name = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
  if (name === undefined) throw new Error(`this block names no file: ${code.slice(0, 80)}`);
  return name;
}

async function shell(command: string, cwd: string): Promise<string> {
  return (await exec('sh', ['-c', command.replaceAll('npx flowserve', `"${process.execPath}" "${main}"`)], { cwd })).stdout;
}

describe.each(pages.map((each) => [each.page, each] as const))('docs/%s.md', (page, { text, blocks }) => {
  const folder = (): string => folders.get(page) ?? '';
  const programs = blocks.filter(({ language }) => language === 'ts').map(({ code, output }) => ({ file: fileOf(code), code, output }));

  it.each(programs.filter(({ output }) => output !== undefined))('shows what $file prints', async ({ file, output }) => {
    const { url } = await bundleProgram(join(folder(), file));
    const { stdout } = await exec(process.execPath, [fileURLToPath(url)]);
    expect(stdout).toBe(output);
  });

  it('shows only code that runs', () => {
    const unused = programs.filter(
      ({ file, output }) => output === undefined && !text.includes(`'./${file}'`) && !file.endsWith('.test.ts'),
    );
    expect(unused.map(({ file }) => file)).toEqual(page === 'serving' ? ['triage.ts'] : []);
  });

  it.each(programs.filter(({ file }) => file.endsWith('.test.ts')))('shows tests that pass: $file', async ({ file }) => {
    const { url } = await bundleProgram(join(folder(), file));
    const { stdout } = await exec(process.execPath, ['--test-reporter', 'tap', fileURLToPath(url)]);
    expect(stdout).toMatch(/# pass 2\n# fail 0/);
  });
});

describe('the commands of docs/serving.md', () => {
  const { blocks, text } = pages.find(({ page }) => page === 'serving') ?? { blocks: [], text: '' };
  const folder = (): string => folders.get('serving') ?? '';
  const lines = blocks.filter(({ language }) => language === 'sh');
  const starting = (word: string) => lines.filter(({ code }) => code.includes(word));

  it.each([...starting('flowserve run'), ...starting('flowserve explain')])('print what it shows: $code', async ({ code, output }) => {
    expect(await shell(code, folder())).toBe(output);
  });

  it.each(starting('flowserve bench'))('measure: $code', async ({ code }) => {
    const brief = code.replaceAll(/(?<=flowserve bench .*)$/gm, ' --duration 0.2 --warmup 0');
    expect(await shell(brief, folder())).toMatch(/triage: 16 requests at a time, .*"errors": \{\}/s);
  });

  it('serve, and answer curl as it shows', async () => {
    const { child, url } = await serving([join(folder(), 'triage.ts')]);
    for (const { code, output } of starting('curl')) expect(`${await shell(code.replace('localhost:8080', url), folder())}\n`).toBe(output);
    expect(starting('curl').length).toBeGreaterThan(3);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });

  it.each(['run', 'explain', 'dev', 'serve', 'bench'])('have the flags it lists: %s', async (command) => {
    const { stdout } = await flowserve([command, '--help']);
    const section = text.split(`\n### ${command}\n`)[1]?.split('\n##')[0] ?? '';
    const flags = (from: string): readonly string[] => [...new Set(from.match(/--[a-z][a-z-]+/g))].sort();
    expect(flags(section)).toEqual(flags(stdout).filter((flag) => flag !== '--help' && flag !== '--version'));
  });

  it('have the limits it lists, with their defaults', () => {
    const listed = [...text.matchAll(/^\| `(max\w+|requestTimeoutMs)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]);
    expect(Object.fromEntries(listed)).toEqual(limitsOf({}));
  });
});

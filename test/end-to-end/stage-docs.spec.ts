import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowserve } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files that a page shows: each block of code begins with the name of its own. */
async function filesOf(page: string) {
  const text = await readFile(join(root, `docs/${page}.md`), 'utf8');
  return [...text.matchAll(/```(?:ts|python)\n(?:\/\/|#) (\S+)\n(.*?)```/gs)].map(([, file = '', code = '']) => ({ file, code }));
}

const pages = await Promise.all(['stages', 'coming-from'].map(async (page) => ({ page, files: await filesOf(page) })));

const folders = new Map<string, string>();
const folderOf = (page: string): string => folders.get(page) ?? '';
beforeAll(async () => {
  // Under the repository, so that the code finds packages by their names.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  for (const { page, files } of pages) {
    const folder = await mkdtemp(join(root, `node_modules/.cache/docs-${page}-`));
    folders.set(page, folder);
    for (const { file, code } of files) await writeFile(join(folder, file), code);
  }
});
afterAll(() => Promise.all([...folders.values()].map((folder) => rm(folder, { recursive: true }))));

describe.each(pages)('docs/$page.md', ({ page, files }) => {
  it.each(files.filter(({ file }) => file.endsWith('.ts')))('shows pipelines that have a plan: $file', async ({ file }) => {
    expect((await flowserve(['explain', join(folderOf(page), file)])).stdout).toMatch(/^pipeline \w+\n.*\nruns as\n/s);
  });
});

describe('the class of Ray Serve that has become a module, in docs/coming-from.md', () => {
  it('answers', async () => {
    const input = JSON.stringify([{ text: 'Good food, good wine, bad chairs' }]);
    const { stdout } = await flowserve(['run', join(folderOf('coming-from'), 'ray.ts'), '--input', '-'], { input });
    expect(JSON.parse(stdout)).toEqual({ rows: [{ text: 'Good food, good wine, bad chairs', score: 1 }] });
  });
});

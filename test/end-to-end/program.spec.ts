import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogicalPlan } from '../../src/plan/node.ts';
import { bundleProgram } from '../../src/program/bundle-program.ts';
import { loadPipelines } from '../../src/program/load-pipelines.ts';
import { Deployment } from '../../src/serving/deployment.ts';

const folder = new URL('./programs/bundled/', import.meta.url);
const file = new URL('program.ts', folder);

async function planNamed(name: string): Promise<{ readonly plan: LogicalPlan; readonly program: string }> {
  const { plans, program } = await loadPipelines(file);
  const plan = plans.find((candidate) => candidate.name === name);
  if (plan === undefined) throw new Error(`there is no pipeline ${name}`);
  return { plan, program: program.url };
}

describe("a user's program in worker threads", () => {
  it('finds its files, JSON and native packages, in two threads at once', async () => {
    const { plan, program } = await planNamed('bundled');
    const deployment = await Deployment.start(plan, { program, workers: 2 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => deployment.run([{ width: i + 1 }])));
    await deployment.close();
    expect(answers.map(([row]) => row?.pixels)).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    expect(answers[0]?.[0]).toMatchObject({
      greeting: 'hello',
      motto: 'from a file beside the helper',
      here: new URL('words/motto.ts', folder).href,
    });
    const threads = new Set(answers.map(([row]) => row?.thread));
    expect(threads.size).toBe(2);
    expect(threads).not.toContain(0);
  });

  it("names the user's file and line where a stage throws", async () => {
    const { plan, program } = await planNamed('broken');
    const deployment = await Deployment.start(plan, { program, workers: 1 });
    const error = await deployment.run([{ width: 3 }]).catch((thrown: unknown) => thrown);
    await deployment.close();
    expect(error).toMatchObject({ code: 'STAGE_FAILED', problem: 'stage "map#1" failed: no width 3', cause: { name: 'TypeError' } });
  });
});

describe('bundling', () => {
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'flowserve-bundle-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  it('gives the same code the same address, and other code another', async () => {
    const path = join(scratch, 'a.ts');
    await writeFile(path, 'export const a = 1;');
    const [first, again] = [await bundleProgram(path), await bundleProgram(path)];
    await writeFile(path, 'export const a = 2;');
    const other = await bundleProgram(path);
    expect(again.url).toBe(first.url);
    expect(other.url).not.toBe(first.url);
  });

  it('leaves packages where they are and takes local files in', async () => {
    const { url, inputs } = await bundleProgram(file);
    const code = await readFile(fileURLToPath(url), 'utf8');
    expect(code).toMatch(/from "file:\/\/[^"]*node_modules\/sharp\/[^"]*"/);
    expect(
      inputs
        .filter((input) => input.startsWith(fileURLToPath(folder)))
        .map((input) => input.slice(fileURLToPath(folder).length))
        .sort(),
    ).toEqual(expect.arrayContaining(['program.ts', 'words/motto.ts']));
  });

  it('writes nothing half: twenty at once give one file', async () => {
    const programs = await Promise.all(Array.from({ length: 20 }, () => bundleProgram(file)));
    expect(new Set(programs.map(({ url }) => url)).size).toBe(1);
  });

  it('leaves a package that may be missing for the moment it is asked for', async () => {
    const path = join(scratch, 'lazy.ts');
    await writeFile(path, "export const load = () => import('a-package-that-is-not-there');");
    const { url } = await bundleProgram(path);
    const { load } = await import(url);
    await expect(load()).rejects.toThrow(/a-package-that-is-not-there/);
  });
});

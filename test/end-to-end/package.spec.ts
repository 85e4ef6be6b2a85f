import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command and gives what it printed, also when it failed. */
async function printed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr } = await exec(command, args, { cwd }).catch(
    (failed: { readonly stdout: string; readonly stderr: string }) => failed,
  );
  return stdout + stderr;
}

describe('the packed package in an empty project', () => {
  let project = '';
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'flowserve-project-'));
    // Without the scripts: the build they would run is there, and other tests are using it.
    const { stdout } = await exec('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], { cwd: root });
    await writeFile(join(project, 'package.json'), '{"name":"project","type":"module"}');
    await exec('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', join(project, stdout.trim())], {
      cwd: project,
    });
  }, 180_000);
  afterAll(() => rm(project, { recursive: true }));

  it('runs a TypeScript pipeline of ten lines, without the ONNX runtime', async () => {
    await writeFile(
      join(project, 'shout.ts'),
      `import { pipeline, stage, text } from 'flowserve';

       const shout = stage({
         name: 'shout',
         input: { words: text },
         output: { words: text },
         runsOn: 'thread',
         run: ({ words }) => ({ words: words.toUpperCase() }),
       });

       export const loud = pipeline('loud', { words: text }, (rows) => rows.map(shout));`,
    );
    await writeFile(join(project, 'rows.json'), '{"words":"hello"}');
    expect(JSON.parse(await printed('npx', ['flowserve', 'run', 'shout.ts', '--input', 'rows.json'], project))).toEqual({
      row: { words: 'HELLO' },
    });
  });

  it('says in one line how to install the ONNX runtime to who uses a model without it', async () => {
    await writeFile(join(project, 'model.onnx'), '');
    await writeFile(
      join(project, 'model.ts'),
      `import { pipeline, tensor } from 'flowserve';
       import { onnx } from 'flowserve/onnx';
       const columns = { x: tensor('FP32', [1]) };
       const model = onnx({ name: 'm', model: new URL('./model.onnx', import.meta.url), inputs: columns, outputs: { y: tensor('FP32', [1]) } });
       export const p = pipeline('p', columns, (rows) => rows.map(model));`,
    );
    await writeFile(join(project, 'x.json'), '{"x":{"datatype":"FP32","shape":[1],"data":[1]}}');
    const said = await printed('npx', ['flowserve', 'run', 'model.ts', '--input', 'x.json'], project);
    expect(said).toContain('[PACKAGE_MISSING] onnx "m" needs the package onnxruntime-node');
    expect(said).toContain('Run: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node');
  });
});

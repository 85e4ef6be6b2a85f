import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

  it('has each part, for code and for the compiler', async () => {
    const { exports, imports: inside } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, object>>;
      readonly imports: Readonly<Record<string, string>>;
    };
    const parts = Object.keys(exports).filter((part) => !part.endsWith('.json'));
    expect(parts).toEqual(['.', './fastify', './fetch', './onnx', './python', './remote', './server', './testing']);
    const imports = parts.map((part) => `console.log(Object.keys(await import('flowserve${part.slice(1)}')).length > 0);`);
    await writeFile(join(project, 'parts.mjs'), imports.join('\n'));
    expect(await printed('node', ['parts.mjs'], project)).toBe('true\n'.repeat(parts.length));
    const files = Object.values(exports).flatMap((part) => (typeof part === 'string' ? [] : Object.values(part)));
    for (const file of [...files, ...Object.values(inside)])
      expect((await stat(join(project, 'node_modules/flowserve', file))).isFile()).toBe(true);
  });

  it('answers in a test, a fetch handler and an application of Fastify', async () => {
    await writeFile(
      join(project, 'parts.ts'),
      `import { fastify } from 'fastify';
       import { pipeline, text } from 'flowserve';
       import { flowserve } from 'flowserve/fastify';
       import { fetchHandler } from 'flowserve/fetch';
       import { interpret } from 'flowserve/testing';

       const shout = pipeline('shout', { words: text }, (rows) => rows.map({ words: text }, ({ words }) => ({ words: words.toUpperCase() })));
       const url = '/pipelines/shout/run';
       const handler = await fetchHandler(shout);
       const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"words":"handler"}' };
       const app = fastify();
       app.register(flowserve, { pipelines: shout });
       const answers = [
         (await interpret(shout, [{ words: 'test' }]))[0],
         await (await handler.fetch(new Request('http://any.host' + url, post))).json(),
         (await app.inject({ method: 'POST', url, payload: { words: 'app' } })).json(),
       ];
       await Promise.all([handler.close(), app.close()]);
       console.log(JSON.stringify(answers));
       export { shout };`,
    );
    // explain bundles the file and runs its top level.
    expect(await printed('npx', ['flowserve', 'explain', 'parts.ts'], project)).toContain(
      '[{"words":"TEST"},{"row":{"words":"HANDLER"}},{"row":{"words":"APP"}}]',
    );
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

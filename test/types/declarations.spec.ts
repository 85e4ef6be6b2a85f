import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { tsc } from './tsc.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler writes into the declarations of a user's file. */
async function declarationsOf(source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'flowserve-declarations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'user.ts'), source);
  const emit = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: '/', outDir: './out' };
  const compilerOptions = { ...emit, typeRoots: [join(root, 'node_modules/@types')] };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['user.ts'], exclude: [] }),
  );
  const { output } = await tsc('-p', folder);
  expect(output).not.toContain('user.ts');
  return readFileSync(join(folder, 'out', folder, 'user.d.ts'), 'utf8');
}

it('shows nothing but columns in the declarations of inferred pipelines and stages, so that they can be published', async () => {
  const declarations = await declarationsOf(`
import { batchStage, bytes, expander, float32, int32, pipeline, tensor, text } from 'flowserve';

export const classify = batchStage({
  name: 'classify',
  input: { pixels: tensor('FP32', [-1, 224, 224]) },
  output: { label: text },
  setup: () => ({ model: 3 }),
  run: (rows, { state }) => rows.map(() => ({ label: String(state.model) })),
});
export const crops = expander({ name: 'crops', input: { image: bytes }, output: { crop: bytes }, run: ({ image }) => [{ crop: image }] });
export const labels = pipeline('labels', { image: bytes, limit: int32 }, (images) => {
  const found = images
    .flatMap(crops)
    .map({ pixels: tensor('FP32', [3, 224, 224]), sure: float32 }, () => ({ pixels: { datatype: 'FP32', shape: [3, 224, 224], data: new Float32Array(1) }, sure: 1 }))
    .derive(classify);
  const sure = found.filter(['sure'], ({ sure }) => sure > 0.5).rename({ label: 'name' });
  return found
    .join(sure, { how: 'left', as: 'match' })
    .gather(images, (a) => ({ labels: a.collect('label'), best: a.argMax('match', { by: 'sure' }), all: a.collect(['label', 'sure']), sum: a.sum('sure') }))
    .select('limit', 'labels', 'best', 'all', 'sum');
});
`);
  expect(declarations).toMatchInlineSnapshot(`
    "export declare const classify: import("flowserve").Stage<{
        readonly pixels: import("flowserve").Tensors<"FP32", readonly [number, 224, 224]>;
    }, {
        readonly label: import("flowserve").Text;
    }>;
    export declare const crops: import("flowserve").Expander<{
        readonly image: import("flowserve").Bytes;
    }, {
        readonly crop: import("flowserve").Bytes;
    }>;
    export declare const labels: import("flowserve").Pipeline<{
        readonly image: import("flowserve").Bytes;
        readonly limit: import("flowserve").Int32;
    }, {
        readonly limit: import("flowserve").Int32;
        readonly labels: import("flowserve").List<import("flowserve").Text>;
        readonly best: import("flowserve").Null | import("flowserve").RecordOf<{
            readonly name: import("flowserve").Text;
            readonly pixels: import("flowserve").Tensors<"FP32", readonly [3, 224, 224]>;
            readonly sure: import("flowserve").Float32;
        }>;
        readonly all: import("flowserve").List<import("flowserve").RecordOf<{
            readonly label: import("flowserve").Text;
            readonly sure: import("flowserve").Float32;
        }>>;
        readonly sum: import("flowserve").Float64;
    }, "request">;
    "
  `);
});

it('shows the parts that embed pipelines by their own names', async () => {
  const declarations = await declarationsOf(`
import { pipeline, text } from 'flowserve';
import { fetchHandler } from 'flowserve/fetch';
import { explain, freeze, interpret } from 'flowserve/testing';

const shout = pipeline('shout', { words: text }, (rows) => rows);
export const handler = fetchHandler(shout, { basePath: '/ml' });
export const rows = interpret(shout, freeze([{ words: 'a' }]));
export const plan = explain(shout, { workers: 2 });
`);
  expect(declarations).toMatchInlineSnapshot(`
    "export declare const handler: Promise<import("flowserve/fetch").Handler>;
    export declare const rows: Promise<readonly {
        readonly words: string;
    }[]>;
    export declare const plan: string;
    "
  `);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tsc } from './types/tsc.ts';

/*
 * What the types cost a user's editor and build, in instantiations of types: a count that is the same on every machine.
 * A budget that is missed is a reason to look at the types, not at the budget.
 */
const FIRST_PIPELINE = 30_000;
const EACH_FURTHER_PIPELINE = 5_000;
const FURTHER = 19;

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowserve-type-cost-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  // Users see declarations, so the cost of checking our own functions is not theirs.
  await tsc('-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'flowserve'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The verbs by identity. No two pipelines share a column name, so the compiler's caches are of no help. */
function identitySource(i: number): string {
  return `
export const first${i} = stage({ name: 'first', input: { image${i}: bytes }, output: { pixels${i}: tensor('FP32', [3, 224, 224]) },
  run: () => ({ pixels${i}: { datatype: 'FP32', shape: [3, 224, 224], data: new Float32Array(3 * 224 * 224) } }) });
export const second${i} = batchStage({ name: 'second', input: { pixels${i}: tensor('FP32', [-1, 224, 224]) }, output: { label${i}: text, score${i}: float32 },
  run: (rows) => rows.map(() => ({ label${i}: 'cat', score${i}: 1 })) });
export const pipeline${i} = pipeline('pipeline${i}', { image${i}: bytes, user${i}: text }, (images) => {
  const quick = images.derive(first${i}).derive(second${i});
  const careful = quick.filter(['score${i}'], ({ score${i} }) => score${i} < 0.5).map(second${i}).rename({ label${i}: 'better${i}', score${i}: 'sure${i}' });
  const both = quick.join(careful, { how: 'left' }).join(careful, { how: 'left', as: 'record${i}' });
  const letters = both.flatMap({ letter${i}: text, place${i}: int32 }, ({ label${i} }) => [...label${i}].map((letter${i}, place${i}) => ({ letter${i}, place${i} })));
  const upper = letters.filter(({ place${i} }) => place${i} > 0).derive({ upper${i}: text }, ({ letter${i} }) => ({ upper${i}: letter${i}.toUpperCase() }));
  return upper.gather(both, (a) => ({ letters${i}: a.collect(['upper${i}'], { sortBy: 'place${i}' }), count${i}: a.count(), last${i}: a.argMax('upper${i}', { by: 'place${i}' }) }))
    .select('letters${i}', 'count${i}', 'user${i}', 'better${i}')
    .map({ summary${i}: text, user${i}: text }, (row) => ({ summary${i}: row.better${i} ?? String(row.count${i}), user${i}: row.user${i} }));
});
`;
}

/** The verbs that put rows together by what is in them, with a pipeline that another extends. */
function keyedSource(i: number): string {
  return `
const store${i} = store('store${i}', { key: text, value: float32 });
const tagged${i} = pipeline('tagged${i}', { name${i}: text }, (names) => names.map({ tag${i}: text }, ({ name${i} }) => ({ tag${i}: name${i} })));
export const keyed${i} = pipeline('keyed${i}', { name${i}: text, size${i}: int32 }, (names) => {
  const priced = names.lookup(store${i}, { key: 'name${i}', as: 'price${i}', missing: 'null' });
  const ranked = priced.groupBy('name${i}').filter(['size${i}'], (group) => group.length < 3).map({ rank${i}: int32 }, (group) => group.map((_, rank${i}) => ({ rank${i} }))).combine();
  const totals = priced.groupBy('name${i}').agg((a) => ({ total${i}: a.sum('price${i}') }));
  const known = ranked.joinOn(totals, { on: 'name${i}', how: 'left' }).gather(ranked, (a) => ({ totals${i}: a.collect('total${i}') }));
  const first = known.anyOf(known.filter(({ rank${i} }) => rank${i} === 0));
  return first.union(known).gather(names, (a) => ({ times${i}: a.count() })).join(names.extend(tagged${i}));
});
`;
}

const imports = `import { batchStage, bytes, float32, int32, pipeline, stage, tensor, text } from 'flowserve';\n`;
const keyedImports = `import { float32, int32, pipeline, store, text } from 'flowserve';\n`;

/** How many types the compiler instantiates for a program of these files. */
async function instantiations(name: string, sources: readonly string[]): Promise<number> {
  const project = join(folder, name);
  mkdirSync(project);
  sources.forEach((source, i) => {
    writeFileSync(join(project, `pipeline-${i}.ts`), source);
  });
  const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')], paths: { flowserve: ['../flowserve/index.d.ts'] } };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'], exclude: [] }),
  );
  const { status, output } = await tsc('-p', relative(root, project), '--extendedDiagnostics', '--singleThreaded');
  expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  return Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1]);
}

it.each([
  ['verbs by identity', 'identity', (i: number) => imports + identitySource(i)],
  ['verbs by what is in the rows', 'keyed', (i: number) => keyedImports + keyedSource(i)],
])('keeps a program of %s within the budgets: the types of one pipeline, and of each further one', async (_, name, source) => {
  const empty = await instantiations(`empty-${name}`, ['export {};\n']);
  const one = await instantiations(`one-${name}`, [source(0)]);
  const many = await instantiations(
    `many-${name}`,
    Array.from({ length: FURTHER + 1 }, (__, i) => source(i)),
  );
  expect(one - empty).toBeLessThanOrEqual(FIRST_PIPELINE);
  expect((many - one) / FURTHER).toBeLessThanOrEqual(EACH_FURTHER_PIPELINE);
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Layer {
  /** The folders below it that it may import, with what is in them except the layers of their own. */
  readonly folders: readonly string[];
  readonly packages?: readonly string[];
}

const data = ['errors', 'schema', 'state', 'plan'];
const everything = [
  ...data,
  'wire',
  'protocol/open-inference',
  'language',
  'optimizer',
  'scheduling',
  'runtime',
  'runtime/onnx',
  'runtime/python',
  'runtime/remote',
  'runtime/embedded',
  'telemetry',
  'program',
  'serving',
  'edges/open-inference',
  'edges/http',
  'edges/metrics',
  'edges/fetch',
  'edges/fastify',
];

/** The architecture, lowest layer first. A file belongs to the longest folder that holds it, or is a layer of its own; node: is open to all. */
const layers: Readonly<Record<string, Layer>> = {
  errors: { folders: [] },
  schema: { folders: ['errors'], packages: ['@standard-schema/spec'] },
  wire: { folders: ['errors', 'schema'] },
  'protocol/open-inference': { folders: ['errors', 'schema', 'wire'] },
  state: { folders: ['errors'] },
  plan: { folders: ['errors', 'schema', 'state'] },
  language: { folders: data },
  optimizer: { folders: data },
  scheduling: { folders: ['errors'] },
  runtime: { folders: [...data, 'scheduling', 'runtime/onnx', 'runtime/python', 'runtime/remote'] },
  'runtime/python': { folders: [...data, 'wire', 'runtime'] },
  'runtime/onnx': { folders: [...data, 'runtime'], packages: ['onnxruntime-node'] },
  'runtime/remote': { folders: [...data, 'wire', 'protocol/open-inference', 'runtime'], packages: ['undici'] },
  'runtime/embedded': { folders: [...data, 'optimizer', 'scheduling', 'runtime'] },
  simulator: { folders: [...data, 'scheduling', 'runtime'] },
  telemetry: { folders: ['errors', 'runtime'], packages: ['@opentelemetry/api'] },
  program: { folders: data, packages: ['esbuild'] },
  serving: { folders: [...data, 'optimizer', 'scheduling', 'runtime', 'runtime/embedded', 'telemetry'] },
  'edges/metrics': { folders: [...data, 'runtime', 'serving'], packages: ['prom-client'] },
  // Pipelines as a service have its routes, and these are such as any other.
  'edges/open-inference': { folders: [...data, 'wire', 'protocol/open-inference', 'serving', 'edges/http'] },
  'edges/http': { folders: [...data, 'serving', 'edges/metrics', 'edges/open-inference'], packages: ['fastify', 'pino'] },
  'edges/fetch': { folders: [...data, 'serving', 'edges/metrics', 'edges/http'] },
  'edges/fastify': { folders: [...data, 'serving', 'edges/http'], packages: ['fastify', 'pino'] },
  // The public API puts the layers together, and so does the command line.
  '': { folders: everything, packages: ['pino', 'fastify'] },
  'internals.ts': { folders: [...everything, '', 'simulator'] },
  'edges/cli': { folders: [...everything, ''], packages: ['commander', 'pino'] },
};

interface Import {
  /** A file of ours relative to src, or a package. */
  readonly to: string;
  readonly isOurs: boolean;
  /** Whether loading the file loads this: not where it is a type, nor where it is imported later. */
  readonly isLoaded: boolean;
}

const src = fileURLToPath(new URL('../src/', import.meta.url));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(spec|conformance)\.ts$/.test(file))
  .sort();

const statement = /^(?:import|export)\s+(type\s)?(?:(?:[\w*{][^'";]*?)\sfrom\s+)?['"]([^'"]+)['"]/gm;
const expression = /\bimport\(\s*['"]([^'"]+)['"]/g;

function importsIn(file: string, source: string): readonly Import[] {
  const found = [
    ...[...source.matchAll(statement)].map(([, type, to = '']) => ({ to, isLoaded: type === undefined })),
    ...[...source.matchAll(expression)].map(([, to = '']) => ({ to, isLoaded: false })),
  ];
  return found.map(({ to, isLoaded }) => {
    const isOurs = to.startsWith('.');
    return { to: isOurs ? join(dirname(file), to) : to, isOurs, isLoaded };
  });
}

function importsOf(file: string): readonly Import[] {
  return importsIn(file, readFileSync(join(src, file), 'utf8'));
}

function layerOf(file: string): string {
  const folders = Object.keys(layers).filter((folder) => folder !== '' && `${file}/`.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** `onnxruntime-node` of `onnxruntime-node/lib/x.js`. */
function packageOf(to: string): string {
  return to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(file: string, { to, isOurs }: Import): boolean {
  if (to.startsWith('node:')) return true;
  const { folders, packages = [] } = layers[layerOf(file)] ?? { folders: [] };
  return isOurs ? [layerOf(file), ...folders].includes(layerOf(to)) : packages.includes(packageOf(to));
}

function rulesOf(file: string): string {
  const layer = layerOf(file);
  const { folders, packages = [] } = layers[layer] ?? { folders: [] };
  return `src/${layer} may import ${[layer, ...folders, ...packages].join(', ')}`;
}

/** What is loaded with a file: files of ours and packages, with one that loads each. */
function loadedWith(start: string): ReadonlyMap<string, string> {
  const loadedBy = new Map<string, string>([[start, '']]);
  for (const file of loadedBy.keys()) {
    if (!file.endsWith('.ts')) continue;
    for (const { to, isLoaded } of importsOf(file)) if (isLoaded && !loadedBy.has(to)) loadedBy.set(to, file);
  }
  return loadedBy;
}

describe('the layers', () => {
  it('are of folders that exist, with files in them', () => {
    const empty = Object.keys(layers).filter((folder) => !sources.some((file) => layerOf(file) === folder));
    expect(empty).toEqual([]);
  });

  it('hold every source file, at the top only what composes the public API', () => {
    const loose = sources.filter((file) => layerOf(file) === '' && file.includes('/'));
    expect(loose).toEqual([]);
  });

  it.each(sources)('hold for src/%s', (file) => {
    for (const found of importsOf(file)) expect(isAllowed(file, found), `${found.to}: ${rulesOf(file)}`).toBe(true);
  });
});

describe('the packages', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Readonly<
    Record<'dependencies' | 'peerDependencies' | 'devDependencies', Readonly<Record<string, string>>>
  >;

  it('that sources import are installed where FlowServe is', () => {
    const installed = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    const imports = sources.flatMap((file) => importsOf(file).map((found) => ({ file, ...found })));
    const stray = imports.filter(({ to, isOurs }) => !isOurs && !to.startsWith('node:') && !installed.has(packageOf(to)));
    expect(stray).toEqual([]);
  });

  it.each(['index.ts', 'onnx.ts', 'python.ts', 'remote.ts', 'testing.ts'])('are loaded when they are needed, not with src/%s', (start) => {
    const packages = [...loadedWith(start)].filter(([to]) => !to.endsWith('.ts') && !to.startsWith('node:'));
    expect(packages).toEqual([]);
  });

  it.each(['fastify.ts', 'fetch.ts'])('are loaded when they are needed, not with src/%s: a server of its own', (start) => {
    const packages = [...loadedWith(start).keys()].filter((to) => !to.endsWith('.ts') && !to.startsWith('node:'));
    expect(packages).toEqual(['pino']);
  });

  it.each(['esbuild', 'onnxruntime-node', 'undici', 'commander', 'prom-client'])(
    'are loaded when they are needed, not with src/server.ts: %s',
    (name) => {
      expect([...loadedWith('server.ts')].filter(([to]) => packageOf(to) === name)).toEqual([]);
    },
  );
});

describe('the reader of imports', () => {
  const read = (source: string) => importsIn('plan/node.ts', source).map(({ to, isLoaded }) => `${isLoaded ? 'loads' : 'names'} ${to}`);

  it('sees each way to import, over lines too', () => {
    const source = [
      "import 'a';",
      "import b from 'b';",
      "import * as c from 'c';",
      "import {\n  d,\n  type D,\n} from 'd';",
      "import { type E } from '../e.ts';",
      "export * from './f.ts';",
      "export { g } from 'g';",
    ];
    expect(read(source.join('\n'))).toEqual(['loads a', 'loads b', 'loads c', 'loads d', 'loads e.ts', 'loads plan/f.ts', 'loads g']);
  });

  it('tells what is only named, or loaded later', () => {
    const source = [
      "import type { A } from 'a';",
      "export type { B } from 'b';",
      "const c = await import('c');",
      "type D = import('d').D;",
    ];
    expect(read(source.join('\n'))).toEqual(['names a', 'names b', 'names c', 'names d']);
  });

  it('does not take other strings for imports', () => {
    expect(read("export const from = 'a';\nexport function f(x = 'b') {}\n// import 'c' is a comment\n")).toEqual([]);
  });
});

// Compiles src/ to dist/, unless that has been done: types for each file, and few files of code, since a thread takes half a
// millisecond for each that it loads. With --always it does so in any case.
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { install, root, step, tool } from './steps.mjs';

/** Written last, with the time of the first step. */
const stamp = 'dist/.built';
/** What a change of asks for another build, beside src. */
const others = ['scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];

await install();
// Others may be running what is there.
if (process.argv.includes('--always') || !isBuilt()) await build();

async function build() {
  const startedAt = new Date();
  rmSync(`${root}dist`, { recursive: true, force: true });
  await step('building', tool('tsc'), ['-p', 'tsconfig.build.json']);
  await bundle();
  // What no compiler takes: the half of Python stages that Python runs.
  const worker = 'runtime/python/worker';
  cpSync(`${root}src/${worker}`, `${root}dist/${worker}`, { recursive: true, filter: (path) => !path.includes('__pycache__') });
  chmodSync(`${root}dist/edges/cli/main.js`, 0o755);
  writeFileSync(`${root}${stamp}`, '');
  utimesSync(`${root}${stamp}`, startedAt, startedAt);
}

/** Whether nothing has changed since the last build began. */
function isBuilt() {
  const sources = readdirSync(`${root}src`, { recursive: true }).filter((name) => !/\.(spec|conformance)\.ts$/.test(name));
  const changedMs = ['src', ...sources.map((name) => `src/${name}`), ...others].map(changedAt);
  return Math.max(...changedMs) < changedAt(stamp);
}

/** In milliseconds; 0 for what is not there, as a link to nothing. */
function changedAt(path) {
  return statSync(`${root}${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** One file for each that is imported from outside, and what they share in chunks. */
async function bundle() {
  const { build } = await import('rolldown');
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const parts = Object.values(exports).flatMap((part) => (part.default === undefined ? [] : [basename(part.default, '.js')]));
  const entries = [...parts, 'internals', 'edges/cli/main', 'runtime/embedded/thread-main'];
  await build({
    cwd: root,
    input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    // Packages: what is no path, on Windows neither.
    external: /^(?![./]|[A-Za-z]:)/,
    platform: 'node',
    transform: { target: 'node20' },
    output: { dir: 'dist', chunkFileNames: 'chunks/[name]-[hash].js' },
    logLevel: 'warn',
  });
}

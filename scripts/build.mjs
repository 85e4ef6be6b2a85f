// Compiles src/ to dist/.
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { install, root, step, tool } from './steps.mjs';

await install();
rmSync(`${root}dist`, { recursive: true, force: true });
await step('building', tool('tsc'), ['-p', 'tsconfig.build.json']);
// What the compiler leaves out: the half of Python stages that Python runs.
const worker = 'runtime/python/worker';
cpSync(`${root}src/${worker}`, `${root}dist/${worker}`, { recursive: true, filter: (path) => !path.includes('__pycache__') });
chmodSync(`${root}dist/edges/cli/main.js`, 0o755);

// Compiles src/ to dist/.
import { chmodSync, rmSync } from 'node:fs';
import { install, root, step, tool } from './steps.mjs';

await install();
rmSync(`${root}dist`, { recursive: true, force: true });
await step('building', tool('tsc'), ['-p', 'tsconfig.build.json']);
chmodSync(`${root}dist/edges/cli/main.js`, 0o755);

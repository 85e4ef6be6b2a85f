import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** It is published for these alone. */
const hasLoadGenerator = process.platform === 'linux' && process.arch === 'x64';

export default defineConfig({
  resolve: {
    alias: [
      { find: /^flowserve$/, replacement: source('index.ts') },
      { find: /^flowserve\/(fastify|fetch|onnx|python|remote|server|testing)$/, replacement: source('$1.ts') },
    ],
  },
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts', 'examples/**/*.spec.ts'],
    exclude: hasLoadGenerator ? [] : ['test/end-to-end/perf-analyzer.spec.ts'],
    // Two also on two cores: a good part of the tests waits for processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

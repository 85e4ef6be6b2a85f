import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { int32 } from '../../src/schema/column.ts';
import type { Server } from '../../src/server.ts';
import { pythonWith } from '../support/python/environment.ts';
import { serveHere } from './http-fixtures.ts';
import { columns, identities, simple, simpleString } from './open-inference-fixtures.ts';

/** The clients as their authors publish them; the second is generated from the official OpenAPI document, and checks each answer against it. */
const packages = ['tritonclient[http]==2.73.0', 'open-inference-openapi==2.0.0.1'];
const program = fileURLToPath(new URL('../support/python/open_inference_clients.py', import.meta.url));
const checks = [...readFileSync(program, 'utf8').matchAll(/^def check_(\w+)\(\) /gm)].map(([, name = '']) => name);

/** Answers when its request has ended. */
const slow = pipeline('slow', { n: int32 }, (rows) =>
  rows.map(
    stage({
      name: 'wait',
      input: { n: int32 },
      output: { n: int32 },
      run: (row, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(row))),
    }),
  ),
);

let server: Server;
let report: Readonly<Record<string, string | null>>;

beforeAll(async () => {
  const python = await pythonWith(packages);
  server = await serveHere([simple, simpleString, columns, slow, ...identities]);
  const { stdout } = await promisify(execFile)(python, [program, server.url]);
  report = JSON.parse(stdout) as typeof report;
}, 600_000);

afterAll(() => server?.close());

describe('stock clients of the Open Inference Protocol', () => {
  it.each(checks)('find that it is served: %s', (name) => expect(report[name]).toBeNull());
});

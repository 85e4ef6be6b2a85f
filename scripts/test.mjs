// Every check of the repository; the last line is the total.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, step, tool } from './steps.mjs';

await import('./build.mjs');
// A recursive type without an end would hang the compiler without an error.
await step('type check', tool('tsc'), ['-p', '.'], { timeout: 120_000 });
await step('type check of the benchmarks', tool('tsc'), ['-p', 'bench'], { timeout: 120_000 });
await step('format and lint', tool('biome'), ['ci', '--error-on-warnings', '.']);
await step('unused code', tool('knip'), []);

const folder = mkdtempSync(join(tmpdir(), 'flowserve-test-'));
const report = join(folder, 'report.json');
const status = await run(tool('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
const { numPassedTests = 0, numFailedTests = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
rmSync(folder, { recursive: true });

console.error('• the example …');
const exampleStatus = await run(process.execPath, [`${root}scripts/start.mjs`, '--once', '--port', '0', '--admin-port', '0']);

const passed = numPassedTests + (exampleStatus === 0 ? 1 : 0);
// A suite that could not be loaded has no failed test, and yet has failed.
const failed = Math.max(numFailedTests, status === 0 ? 0 : 1) + (exampleStatus === 0 ? 0 : 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

// @ts-check
// Fetches the weights of both networks, unless they are there: node examples/cascade/set-up.mjs
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./weights/set_up.py', import.meta.url));
const python = process.platform === 'win32' ? 'python' : 'python3';

/**
 * Puts the networks where `models.ts` looks for them. It says on the standard error what it does and what went wrong.
 * @returns {Promise<void>}
 */
export function setUp() {
  return new Promise((resolve, reject) => {
    // -B: without files of its own beside the script.
    const child = spawn(python, ['-B', script], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (cause) => reject(new Error(`${python}, by whose pip the networks come, does not start`, { cause })));
    child.once('exit', (status) => (status === 0 ? resolve() : reject(new Error('the networks of the cascade are not set up'))));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp().catch((error) => {
    console.error(`✗ ${error.message}`);
    process.exitCode = 1;
  });
}

// @ts-check
// A process in Python that takes as long for a call as sleeper.py says, and the least that is needed to talk to it: one call at a time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @param {string} interpreter */
export function startSleeper(interpreter) {
  const child = spawn(interpreter, [fileURLToPath(new URL('sleeper.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  let onDone = () => {};
  createInterface({ input: child.stdout }).on('line', () => onDone());
  return {
    /** @param {number} rows @param {() => void} whenDone */
    call(rows, whenDone) {
      onDone = whenDone;
      child.stdin.write(`${rows}\n`);
    },
    async close() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

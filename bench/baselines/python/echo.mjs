// @ts-check
// A process in Python that sends back what it is sent, and the least that is needed to talk to it: one message at a time, over pipes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./echo.py', import.meta.url));

/** @param {string} interpreter */
export function startEcho(interpreter) {
  const child = spawn(interpreter, [script], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'] });
  const input = /** @type {import('node:stream').Writable} */ (child.stdio[3]);
  const output = /** @type {import('node:stream').Readable} */ (child.stdio[4]);
  /** @type {(answer: Buffer) => void} */
  let resolve = () => {};
  /** @type {Buffer | undefined} */
  let answer;
  let filled = 0;
  output.on('data', (/** @type {Buffer} */ piece) => {
    if (answer === undefined) {
      const size = 4 + piece.readUInt32LE(0);
      if (piece.length === size) return resolve(piece.subarray(4));
      answer = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
    piece.copy(answer, filled);
    filled += piece.length;
    if (filled < answer.length) return;
    const whole = answer;
    answer = undefined;
    resolve(whole.subarray(4));
  });
  return {
    pid: child.pid ?? 0,
    /** @param {Uint8Array} message @returns {Promise<Buffer>} */
    send: (message) =>
      new Promise((settle) => {
        resolve = settle;
        const head = Buffer.allocUnsafe(4);
        head.writeUInt32LE(message.length);
        input.cork();
        input.write(head);
        input.write(message);
        input.uncork();
      }),
    close: async () => {
      input.end();
      await once(child, 'exit');
    },
  };
}

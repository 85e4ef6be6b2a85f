// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const reporter = new URL('./report-cpu.mjs', import.meta.url);

/** A server in a process of its own, which says on request how much processor time it has used. */
export class MeasuredServer {
  #child;
  name;
  /** Such as http://127.0.0.1:8080. */
  url;

  /**
   * @param {string} name
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url
   */
  constructor(name, child, url) {
    this.name = name;
    this.#child = child;
    this.url = url;
  }

  /**
   * Starts a program that prints `serving at URL`.
   * @param {string} name
   * @param {URL} program
   * @param {readonly string[]} args
   */
  static async start(name, program, args) {
    const child = fork(fileURLToPath(program), [...args], {
      execArgv: ['--import', reporter.href],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    return new MeasuredServer(name, child, await urlOf(child));
  }

  /** Milliseconds that all threads of the process have computed since its start. */
  async cpuMs() {
    const answer = once(this.#child, 'message');
    this.#child.send('cpu');
    const [cpuMs] = await answer;
    return Number(cpuMs);
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function urlOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      const url = /^serving at (\S+)$/m.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('exit', () => reject(new Error(`a server has ended; it said: ${said}`)));
  });
}

// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { models, python } from './model-files.mjs';

/**
 * @typedef {[language: string, score: number]} Language
 *
 * @typedef {object} Question
 * @property {(languages: Language[]) => void} resolve
 * @property {(error: Error) => void} reject
 */

/** This tells the languages of texts, in a Python process of its own: a line of JSON there, a line back, in order. */
export class Languages {
  #child = spawn(python, [fileURLToPath(new URL('detect.py', import.meta.url)), join(models, 'lid.176.ftz')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  /** @type {Question[]} */
  #asked = [];
  /** @type {Promise<void>} */
  #ended = new Promise((resolve) => this.#child.once('close', () => resolve()));

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#asked.shift()?.resolve(JSON.parse(line)));
    this.#child.on('error', (error) => this.#fail(error));
    this.#child.on('close', () => this.#fail(new Error('the Python process has ended')));
    // What happened to the process is told by its end.
    this.#child.stdin.on('error', () => {});
  }

  /**
   * Several may be asked at once: the lines wait in the pipe, so that the process has the next when it is done with one.
   * @param {readonly string[]} texts
   * @returns {Promise<Language[]>}
   */
  of(texts) {
    if (this.#child.exitCode !== null) return Promise.reject(new Error('the Python process has ended'));
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(texts)}\n`);
    });
  }

  /** The process ends by itself once it has answered all. */
  async close() {
    this.#child.stdin.end();
    await this.#ended;
  }

  /** @param {Error} error */
  #fail(error) {
    for (const { reject } of this.#asked.splice(0)) reject(error);
  }
}

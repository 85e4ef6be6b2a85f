// @ts-check
import { readFileSync } from 'node:fs';

/** Numbers that every vocabulary has: nothing, where a word begins and ends, and a letter that is not known. */
export const PAD = 0;
export const BEGIN = 1;
export const END = 2;
const UNKNOWN = 3;

/** This is what a model's numbers stand for. */
export class Vocabulary {
  /** @type {readonly string[]} */
  #tokens;
  /** @type {ReadonlyMap<string, number>} */
  #numbers;

  /** @param {string} file */
  constructor(file) {
    this.#tokens = JSON.parse(readFileSync(file, 'utf8')).tokens;
    this.#numbers = new Map(this.#tokens.map((token, number) => [token, number]));
  }

  get size() {
    return this.#tokens.length;
  }

  /**
   * A word as the encoder reads it: of no country, its role, its letters, the end.
   * @param {import('./words.mjs').Word} word
   */
  read({ word, role }) {
    const tokens = ['<UNK_COUNTRY>', `<ROLE_${role.toUpperCase()}>`, ...word];
    return [...tokens.map((token) => this.#numbers.get(token) ?? UNKNOWN), END];
  }

  /**
   * The word that the decoder has written, without what is no letter.
   * @param {readonly number[]} numbers
   */
  write(numbers) {
    return numbers
      .map((number) => this.#tokens[number] ?? '')
      .filter((token) => !token.startsWith('<'))
      .join('')
      .trim();
  }
}

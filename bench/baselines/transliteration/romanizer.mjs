// @ts-check
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { models } from './model-files.mjs';
import { BEGIN, END, PAD, Vocabulary } from './vocabulary.mjs';

/** @typedef {{ memory: Float32Array, hidden: Float32Array, letters: number }} Encoded a word as the decoder remembers it */

/** The width of the models. */
const WIDTH = 256;
/** Two layers of it. */
const STATE = 2 * WIDTH;
/** The longest that the decoder has learned to write. Source: meta.json of the models. */
const LONGEST = 32;
const options = /** @type {const} */ ({ intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });

/** This writes words of one language in Latin letters. It stops the thread while its models compute. */
export class Romanizer {
  #encoder;
  #decoder;
  #vocabulary;

  /**
   * @param {InferenceSession} encoder
   * @param {InferenceSession} decoder
   * @param {Vocabulary} vocabulary
   */
  constructor(encoder, decoder, vocabulary) {
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#vocabulary = vocabulary;
  }

  /** @param {'arabic' | 'persian'} language */
  static async load(language) {
    const [encoder, decoder] = await Promise.all(
      ['encoder', 'decoder'].map((part) => InferenceSession.create(join(models, language, `${part}.onnx`), options)),
    );
    return new Romanizer(encoder, decoder, new Vocabulary(join(models, language, 'vocab.json')));
  }

  /**
   * Several words at once cost little more than one: the decoder reads all its weights for each letter, once for all words.
   * @param {readonly import('./words.mjs').Word[]} words
   * @returns {Promise<string[]>} in the same order
   */
  async write(words) {
    const written = await this.#decode(await this.#encode(words.map((word) => this.#vocabulary.read(word))));
    return written.map((numbers) => this.#vocabulary.write(numbers));
  }

  /**
   * Words of one length share a call; others do not, because the encoder reads backwards too, and so would read what fills up a word.
   * @param {readonly (readonly number[])[]} words
   */
  async #encode(words) {
    /** @type {Encoded[]} */
    const encoded = new Array(words.length);
    for (const [letters, places] of groupByLength(words)) {
      const dims = [places.length, letters];
      const numbers = BigInt64Array.from(
        places.flatMap((i) => [...words[i]]),
        BigInt,
      );
      const { memory_out, hidden_out } = await this.#encoder.run({
        src: new Tensor('int64', numbers, dims),
        src_mask: new Tensor('bool', new Uint8Array(numbers.length), dims),
      });
      const memory = /** @type {Float32Array} */ (memory_out.data);
      const hidden = /** @type {Float32Array} */ (hidden_out.data);
      places.forEach((place, i) => {
        const size = letters * WIDTH;
        encoded[place] = {
          memory: memory.subarray(i * size, (i + 1) * size),
          hidden: hidden.subarray(i * STATE, (i + 1) * STATE),
          letters,
        };
      });
    }
    return encoded;
  }

  /**
   * Letter by letter, each time the most probable, until all words have ended. A shorter word's memory is filled up and masked.
   * @param {readonly Encoded[]} words
   * @returns {Promise<number[][]>}
   */
  async #decode(words) {
    /** @type {number[][]} */
    const written = words.map(() => []);
    let ongoing = words.length;
    const hasEnded = words.map(() => false);
    const { memory, src_mask, hidden: first } = stack(words);
    let hidden = first;
    let prefix = new BigInt64Array(words.length).fill(BigInt(BEGIN));
    for (let step = 0; step < LONGEST && ongoing > 0; step++) {
      const given = await this.#decoder.run({ prefix: new Tensor('int64', prefix, [words.length, 1]), memory, src_mask, hidden });
      hidden = given.hidden_out;
      const scores = /** @type {Float32Array} */ (given.logprobs.data);
      prefix = new BigInt64Array(words.length);
      for (let i = 0; i < words.length; i++) {
        if (hasEnded[i]) continue;
        const best = mostProbable(scores, i * this.#vocabulary.size, this.#vocabulary.size, step === 0);
        prefix[i] = BigInt(best);
        if (best !== END) written[i].push(best);
        else {
          hasEnded[i] = true;
          ongoing--;
        }
      }
    }
    return written;
  }
}

/** @param {readonly (readonly number[])[]} words */
function groupByLength(words) {
  /** @type {Map<number, number[]>} */
  const groups = new Map();
  words.forEach(({ length }, i) => {
    const group = groups.get(length);
    if (group === undefined) groups.set(length, [i]);
    else group.push(i);
  });
  return groups;
}

/**
 * @param {readonly Encoded[]} words
 */
function stack(words) {
  const longest = words.reduce((most, { letters }) => Math.max(most, letters), 0);
  const memory = new Float32Array(words.length * longest * WIDTH);
  const mask = new Uint8Array(words.length * longest).fill(1);
  const hidden = new Float32Array(words.length * STATE);
  words.forEach((word, i) => {
    memory.set(word.memory, i * longest * WIDTH);
    mask.fill(0, i * longest, i * longest + word.letters);
    hidden.set(word.hidden, i * STATE);
  });
  return {
    memory: new Tensor('float32', memory, [words.length, longest, WIDTH]),
    src_mask: new Tensor('bool', mask, [words.length, longest]),
    /** @type {Tensor} */
    hidden: new Tensor('float32', hidden, [words.length, 2, WIDTH]),
  };
}

/**
 * Never what stands for nothing, and not the end before there is a letter.
 * @param {Float32Array} scores
 * @param {number} from
 * @param {number} size
 * @param {boolean} isFirst
 */
function mostProbable(scores, from, size, isFirst) {
  let best = BEGIN;
  for (let number = PAD + 1; number < size; number++) {
    if (isFirst && number === END) continue;
    if (scores[from + number] > scores[from + best]) best = number;
  }
  return best;
}

import { BEGIN, END } from '../letters/vocabulary.ts';

/** Gives for each word the log-probabilities of its next letter, all behind each other, after the letter that was written last. */
export type NextLetters = (last: readonly number[]) => Promise<Float32Array>;

/** The longest that the models have learned to write. Source: their meta.json. */
const MOST_LETTERS = 32;

/**
 * Writes several words at once, letter by letter, each time the most probable, until all have ended. Words that have ended stay
 * in the calls of the others, which costs less than to take them out.
 * Errors: what the signal is aborted with, before the next letter.
 */
export async function writeGreedily(words: number, next: NextLetters, signal: AbortSignal): Promise<readonly (readonly number[])[]> {
  const written = Array.from({ length: words }, (): number[] => []);
  const last = written.map(() => BEGIN);
  for (let step = 0; step < MOST_LETTERS && last.some((letter) => letter !== END); step++) {
    signal.throwIfAborted();
    const logProbabilities = await next(last);
    const size = logProbabilities.length / words;
    for (const [i, letters] of written.entries()) {
      if (last[i] === END) continue;
      const letter = mostProbable(logProbabilities.subarray(i * size, (i + 1) * size), step === 0);
      last[i] = letter;
      if (letter !== END) letters.push(letter);
    }
  }
  return written;
}

/** Never 0, which stands for nothing, and not the end before there is a letter. */
function mostProbable(logProbabilities: Float32Array, isFirst: boolean): number {
  let best = BEGIN;
  let highest = logProbabilities[BEGIN] ?? Number.NEGATIVE_INFINITY;
  for (let letter = isFirst ? END + 1 : END; letter < logProbabilities.length; letter++) {
    const logProbability = logProbabilities[letter] ?? Number.NEGATIVE_INFINITY;
    if (logProbability > highest) {
      best = letter;
      highest = logProbability;
    }
  }
  return best;
}

/** What a line says, and how sure that is: the mean probability of its characters, 0 without any. */
export interface Reading {
  readonly text: string;
  readonly confidence: number;
}

/** The class of "no character here". */
const BLANK = 0;

/**
 * Reads the recognizer's probabilities of one line, steps × classes: the likeliest class of each step, repeats
 * collapsed, then blanks dropped. `alphabet` is the text of each class.
 * Source: Graves et al., Connectionist Temporal Classification (ICML 2006), best path.
 */
export function bestPath(probabilities: Float32Array, alphabet: readonly string[]): Reading {
  let text = '';
  let sum = 0;
  let kept = 0;
  let previous = BLANK;
  for (let start = 0; start < probabilities.length; start += alphabet.length) {
    const likeliest = likeliestClass(probabilities, start, alphabet.length);
    if (likeliest !== BLANK && likeliest !== previous) {
      text += alphabet[likeliest];
      sum += probabilities[start + likeliest] as number;
      kept++;
    }
    previous = likeliest;
  }
  return { text, confidence: kept === 0 ? 0 : sum / kept };
}

/** A class above one half is the likeliest without looking further; most steps are such a blank, the first class. */
function likeliestClass(probabilities: Float32Array, start: number, classes: number): number {
  let best = 0;
  let highest = probabilities[start] as number;
  for (let index = 1; index < classes && highest <= 0.5; index++) {
    const probability = probabilities[start + index] as number;
    if (probability <= highest) continue;
    highest = probability;
    best = index;
  }
  return best;
}

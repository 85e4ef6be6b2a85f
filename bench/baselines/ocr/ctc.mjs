// @ts-check

/**
 * @typedef {object} Reading
 * @property {string} text
 * @property {number} confidence mean probability of the kept characters, 0 without any
 */

/** Class of "no character here". */
const BLANK = 0;

/**
 * This reads the recognizer's probabilities of one line: the likeliest class of each step, repeats collapsed,
 * then blanks dropped. Source: Graves et al., Connectionist Temporal Classification (ICML 2006), best path.
 * @param {Float32Array} probabilities steps × classes
 * @param {readonly string[]} alphabet text of each class
 * @returns {Reading}
 */
export function decodeCtc(probabilities, alphabet) {
  let text = '';
  let sum = 0;
  let kept = 0;
  let previous = BLANK;
  for (let start = 0; start < probabilities.length; start += alphabet.length) {
    const likeliest = likeliestClass(probabilities, start, alphabet.length);
    if (likeliest !== BLANK && likeliest !== previous) {
      text += alphabet[likeliest];
      sum += probabilities[start + likeliest];
      kept++;
    }
    previous = likeliest;
  }
  return { text, confidence: kept === 0 ? 0 : sum / kept };
}

/**
 * A class above one half is the likeliest without looking further; most steps are such a blank, the first class.
 * @param {Float32Array} probabilities
 * @param {number} start
 * @param {number} classes
 */
function likeliestClass(probabilities, start, classes) {
  let best = 0;
  let highest = probabilities[start];
  for (let index = 1; index < classes && highest <= 0.5; index++) {
    const probability = probabilities[start + index];
    if (probability <= highest) continue;
    highest = probability;
    best = index;
  }
  return best;
}

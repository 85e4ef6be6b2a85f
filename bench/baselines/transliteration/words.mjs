// @ts-check

/**
 * @typedef {'given' | 'surname' | 'unknown'} Role
 * @typedef {{ word: string, role: Role }} Word what the models write at a time: a word, or several that are one name
 */

/** "servant of", "father of", "son of", …: one name with what follows. Source: arabic-name-romanizer 0.2.0. */
const BEFORE = new Set(['عبد', 'أبو', 'أبي', 'ابو', 'ابي', 'بن', 'ابن', 'بنت', 'آل', 'ذو', 'ذي']);
/** "of God", "of the faith": one name with what stands before. Source: as above. */
const AFTER = new Set(['الله', 'الدين']);

/** A letter of the Arabic script. */
const LETTER = /[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f]/;
/** The longest the models have learned. Source: their meta.json. */
const LONGEST = 40;

/**
 * This cuts a normalized text into names, each with its place in a full name: the last is the surname.
 * @param {string} text
 * @returns {Word[]}
 */
export function cutWords(text) {
  const names = joinParts(
    text
      .split(' ')
      .filter((part) => part !== '')
      .flatMap(servantApart),
  );
  const last = names.length - 1;
  return names.map((word, i) => ({ word, role: last === 0 ? 'unknown' : i === last ? 'surname' : 'given' }));
}

/**
 * Whether a model can write it; a number or a name in Latin letters it cannot.
 * @param {Word} word
 */
export function isReadable({ word }) {
  return LETTER.test(word) && [...word].length <= LONGEST;
}

/** @param {readonly string[]} parts */
function joinParts(parts) {
  /** @type {string[][]} */
  const names = [];
  let isOpen = false;
  for (const part of parts) {
    const name = names.at(-1);
    if (name !== undefined && (isOpen || AFTER.has(part))) name.push(part);
    else names.push([part]);
    isOpen = BEFORE.has(part);
  }
  return names.map((name) => name.join(' '));
}

/**
 * "Abdulrahman" is often written in one, and two parts of one name all the same.
 * @param {string} part
 */
function servantApart(part) {
  return part.startsWith('عبدال') && part.length >= 7 ? ['عبد', part.slice(3)] : [part];
}

// @ts-check

const INVISIBLE = /[\u200b-\u200f\u061c\ufeff]/g;
const STRETCH = /\u0640/g;
const VOWEL_SIGNS = /[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]/g;
const APOSTROPHES = /['\u2018\u2019\u02bc`\u00b4]/g;
const PUNCTUATION = /[\u060c\u061b\u061f,.;:!?"()[\]{}/\\_\-\u2010-\u2014\u00ab\u00bb\u201c\u201d]/g;

/** The letters of Persian keyboards that the models know as Arabic ones: kaf, yeh, heh and alef. */
const SAME_LETTERS = /** @type {const} */ ({ '\u06a9': '\u0643', '\u06cc': '\u064a', '\u06c1': '\u0647', '\u0671': '\u0627' });
const SAME = /[\u06a9\u06cc\u06c1\u0671]/g;

/**
 * This writes an Arabic text as the models have learned it: without vowel signs and punctuation, words apart by one space.
 * Source: arabic-name-romanizer 0.2.0, by which the models were made, as everything in this file.
 * @param {string} text
 */
export function normalizeArabic(text) {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(STRETCH, '')
    .replace(VOWEL_SIGNS, '')
    .replace(SAME, (letter) => SAME_LETTERS[/** @type {keyof typeof SAME_LETTERS} */ (letter)])
    .replace(APOSTROPHES, '')
    .replace(PUNCTUATION, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The same for a Persian text, in which an invisible sign sets parts of a word apart.
 * @param {string} text
 */
export function normalizePersian(text) {
  const apart = text
    .normalize('NFKC')
    .replace(/\u200c/g, ' ')
    .replace(/\u06c0/g, '\u0647')
    .replace(/\u06d3/g, '\u06d2');
  return normalizeArabic(apart);
}

const INVISIBLE = /[\u200b-\u200f\u061c\ufeff]/g;
const STRETCH = /\u0640/g;
const VOWEL_SIGNS = /[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]/g;
const APOSTROPHES = /['\u2018\u2019\u02bc`\u00b4]/g;
const PUNCTUATION = /[\u060c\u061b\u061f,.;:!?"()[\]{}/\\_\-\u2010-\u2014\u00ab\u00bb\u201c\u201d]/g;

/** Kaf, yeh, heh and alef as other keyboards write them: the models know the Arabic ones. */
const ARABIC_LETTERS: Readonly<Record<string, string>> = { '\u06a9': '\u0643', '\u06cc': '\u064a', '\u06c1': '\u0647', '\u0671': '\u0627' };

/**
 * This writes an Arabic text as the models have learned it: without vowel signs and punctuation, one space between words.
 * Source: the package arabic-name-romanizer, whose models these are.
 */
export function normalizeArabic(text: string): string {
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(STRETCH, '')
    .replace(VOWEL_SIGNS, '')
    .replace(/[\u06a9\u06cc\u06c1\u0671]/g, (letter) => ARABIC_LETTERS[letter] ?? letter)
    .replace(APOSTROPHES, '')
    .replace(PUNCTUATION, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The same for a Persian text, where an invisible sign sets parts of a word apart. */
export function normalizePersian(text: string): string {
  return normalizeArabic(
    text
      .normalize('NFKC')
      .replace(/\u200c/g, ' ')
      .replace(/\u06c0/g, '\u0647')
      .replace(/\u06d3/g, '\u06d2'),
  );
}

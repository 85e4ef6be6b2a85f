/** The part that a name has in a full name, which the models are told. */
export type Role = 'given' | 'surname' | 'unknown';

/** What the models write at a time: a word, or several that are one name. */
export interface Name {
  readonly name: string;
  readonly role: Role;
}

/** "servant of", "father of", "son of", …: one name with what follows. Source: arabic-name-romanizer. */
const BEFORE: ReadonlySet<string> = new Set(['عبد', 'أبو', 'أبي', 'ابو', 'ابي', 'بن', 'ابن', 'بنت', 'آل', 'ذو', 'ذي']);
/** "of God", "of the faith": one name with what stands before. Source: as above. */
const AFTER: ReadonlySet<string> = new Set(['الله', 'الدين']);

/** This cuts a normalized text into names: the last of several is the surname. */
export function cutNames(text: string): readonly Name[] {
  const words = text.split(' ').filter((word) => word !== '');
  const names = joinWords(words.flatMap(servantApart));
  const last = names.length - 1;
  return names.map((name, i) => ({ name, role: last === 0 ? 'unknown' : i === last ? 'surname' : 'given' }));
}

function joinWords(words: readonly string[]): readonly string[] {
  const names: string[][] = [];
  let isOpen = false;
  for (const word of words) {
    const name = names.at(-1);
    if (name !== undefined && (isOpen || AFTER.has(word))) name.push(word);
    else names.push([word]);
    isOpen = BEFORE.has(word);
  }
  return names.map((name) => name.join(' '));
}

/** Names such as "Abdulrahman" are written in one word or in two, and are one name in both. */
function servantApart(word: string): readonly string[] {
  return word.startsWith('عبدال') && word.length >= 7 ? ['عبد', word.slice(3)] : [word];
}

const ARABIC_LETTER = /[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f]/;
/** The longest that the models have learned. Source: their meta.json. */
const MOST_LETTERS = 40;

/** Whether a model can read it: a number or a name in Latin letters it cannot. */
export function isReadable(name: string): boolean {
  return ARABIC_LETTER.test(name) && [...name].length <= MOST_LETTERS;
}

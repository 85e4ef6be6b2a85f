import { pipeline, text } from 'flowserve';
import { modelsOf } from './installed.ts';
import { cutNames, isReadable } from './names/cut-names.ts';
import { normalizeArabic, normalizePersian } from './names/normalize.ts';
import { decode } from './stages/decode.ts';
import { encode } from './stages/encode.ts';
import { readLetters } from './stages/read-letters.ts';

/** Writes Arabic texts in Latin letters. */
export const arabic = romanizer('arabic', normalizeArabic);
/** Writes Persian texts in Latin letters, by other models of the same kind. */
export const persian = romanizer('persian', normalizePersian);

/** A row for each name in the text, through the models of the language, and back together. What they cannot read stays as it is. */
function romanizer(language: 'arabic' | 'persian', normalize: (text: string) => string) {
  const models = modelsOf(language);
  return pipeline(language, { text }, (texts) => {
    const names = texts.flatMap({ name: text, role: text }, ({ text }) => cutNames(normalize(text)));
    const romanized = names
      .filter(['name'], ({ name }) => isReadable(name))
      .map(readLetters(language, models))
      .map(encode(language, models))
      .map(decode(language, models));
    return names
      .join(romanized, { how: 'left' })
      .map({ word: text }, ({ name, latin }) => ({ word: latin ?? name }))
      .gather(texts, (word) => ({ words: word.collect('word') }))
      .map({ latin: text }, ({ words }) => ({ latin: words.join(' ') }));
  });
}

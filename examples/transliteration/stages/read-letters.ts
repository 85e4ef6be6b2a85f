import { stage, tensor, text } from 'flowserve';
import { numbersOf, readVocabulary } from '../letters/vocabulary.ts';

/** Gives a name as the encoder of a language reads it: a number for each letter, none of which only fills up. */
export const readLetters = (language: string, models: URL) =>
  stage({
    name: `read letters ${language}`,
    input: { name: text, role: text },
    output: { letters: tensor('INT64', [-1]), padding: tensor('BOOL', [-1]) },
    setup: () => readVocabulary(new URL('vocab.json', models)),
    run: (name, { state }) => {
      const letters = BigInt64Array.from(numbersOf(state, name), BigInt);
      const shape = [letters.length] as const;
      return {
        letters: { datatype: 'INT64', shape, data: letters },
        padding: { datatype: 'BOOL', shape, data: new Uint8Array(letters.length) },
      };
    },
  });

import { readFile } from 'node:fs/promises';

/** What the numbers that a model reads and writes stand for: letters of both scripts, and signs in angle brackets. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** Where a word begins and where it ends; 0, which fills up, is written nowhere. */
export const BEGIN = 1;
export const END = 2;
const UNKNOWN = 3;

/** Reads the vocabulary of a model. */
export async function readVocabulary(file: URL): Promise<Vocabulary> {
  const { tokens } = JSON.parse(await readFile(file, 'utf8')) as { readonly tokens: readonly string[] };
  return { tokens, numbers: new Map(tokens.map((token, number) => [token, number])) };
}

/** A name as the encoder reads it: of no country, its role, its letters, the end. */
export function numbersOf({ numbers }: Vocabulary, { name, role }: { readonly name: string; readonly role: string }): readonly number[] {
  const tokens = ['<UNK_COUNTRY>', `<ROLE_${role.toUpperCase()}>`, ...name];
  return [...tokens.map((token) => numbers.get(token) ?? UNKNOWN), END];
}

/** The word that a decoder has written, without the signs. */
export function wordOf({ tokens }: Vocabulary, numbers: readonly number[]): string {
  const letters = numbers.map((number) => tokens[number] ?? '').filter((token) => !token.startsWith('<'));
  return letters.join('').trim();
}

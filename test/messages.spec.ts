import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { isFlowError } from '../src/errors/flow-error.ts';
import { tsc } from './types/tsc.ts';

/*
 * Each file of test/messages makes one mistake. Beside it stands what the compiler says, and what a caller without
 * types is told when the same file runs. Update with: vitest run test/messages.spec.ts -u, then read the difference.
 */
const folder = new URL('./messages/', import.meta.url);
const mistakes = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : []));
/** Mistakes in a request or in reading an answer, which are no business of building. */
const afterBuilding = /^(run|answer)-/;
/** What a json column holds is known to the compiler alone. */
const compilerAlone: readonly string[] = ['json-of-another-type'];

let messages: ReadonlyMap<string, string>;

beforeAll(async () => {
  const { output } = await tsc('-p', 'test/messages');
  messages = byMistake(output);
});

/** The compiler's messages without the places in the files, which move when a file is formatted. */
function byMistake(output: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let current = '';
  for (const line of output.split('\n').filter((candidate) => candidate !== '')) {
    const [, file, message] = /^test\/messages\/(.+)\.ts\(\d+,\d+\): error (.*)$/.exec(line) ?? [];
    current = file ?? current;
    found.set(current, [found.get(current), message ?? line].filter((part) => part !== undefined).join('\n'));
  }
  return found;
}

/** The sentence of our own at the end of a message, if it ends with one. */
function sentenceIn(message: string): string | undefined {
  const [, quoted] = /type '("\w+: (?:[^"\\]|\\.)*")/.exec(message) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
}

/** What building the mistaken pipeline throws; undefined when it throws nothing. */
async function thrownBy(
  mistake: string,
): Promise<{ readonly message: string; readonly problem: string; readonly hint: string } | undefined> {
  try {
    await import(fileURLToPath(new URL(`${mistake}.ts`, folder)));
    return undefined;
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
}

describe.each(mistakes)('%s', (mistake) => {
  it('is refused by the compiler and when it runs, with messages as they are on file', async () => {
    const thrown = afterBuilding.test(mistake) ? undefined : await thrownBy(mistake);
    const atRunTime = thrown === undefined ? [] : ['', thrown.message, thrown.hint];
    const text = [messages.get(mistake) ?? 'compiles', ...atRunTime].join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot(fileURLToPath(new URL(`${mistake}.txt`, folder)));
  });

  it('is refused by the compiler', () => expect(messages.get(mistake)).toBeDefined());

  it('is told in the same words at run time, where the words are ours', async () => {
    const sentence = sentenceIn(messages.get(mistake) ?? '');
    if (sentence === undefined || compilerAlone.includes(mistake)) return;
    const thrown = await thrownBy(mistake);
    expect(thrown?.problem.replace('pipeline "mistake":', 'pipeline:').startsWith(sentence), `${thrown?.problem} ≠ ${sentence}`).toBe(true);
  });
});

it('has no message on file without its mistake', () => {
  const texts = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  // A new mistake's message is written when all specs have run.
  expect(texts.filter((file) => !mistakes.includes(file.slice(0, -'.txt'.length)))).toEqual([]);
});

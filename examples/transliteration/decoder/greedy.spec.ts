import { describe, expect, it } from 'vitest';
import { BEGIN, END } from '../letters/vocabulary.ts';
import { type NextLetters, writeGreedily } from './greedy.ts';

const [A, B] = [3, 4];

/** A decoder of five letters that finds those given the most probable, word by word and step by step. */
function saying(...words: readonly (readonly number[])[]): NextLetters & { readonly asked: number[][] } {
  const asked: number[][] = [];
  const next = async (last: readonly number[]) => {
    const step = asked.push([...last]) - 1;
    const rows = words.flatMap((letters) => [0, 1, 2, 3, 4].map((letter) => (letters[step] === letter ? -0.1 : -2)));
    return Float32Array.from(rows);
  };
  return Object.assign(next, { asked });
}
const never = new AbortController().signal;

describe('writeGreedily', () => {
  it('writes the most probable letters until the end', async () => {
    expect(await writeGreedily(1, saying([A, B, END]), never)).toEqual([[A, B]]);
  });

  it('gives the decoder the letters that it wrote last', async () => {
    const next = saying([A, B, END]);
    await writeGreedily(1, next, never);
    expect(next.asked).toEqual([[BEGIN], [A], [B]]);
  });

  it('goes on until the last word has ended', async () => {
    expect(await writeGreedily(2, saying([A, END, B, B], [B, B, A, END]), never)).toEqual([[A], [B, B, A]]);
  });

  it('does not end a word that has no letter', async () => {
    const [word] = await writeGreedily(1, saying([END, A, END]), never);
    expect(word).toEqual([BEGIN, A]);
  });

  it('ends a word that has no end', async () => {
    const [word] = await writeGreedily(1, saying(Array.from({ length: 100 }, () => A)), never);
    expect(word).toHaveLength(32);
  });

  it('asks nothing for no words', async () => {
    const next = saying();
    expect(await writeGreedily(0, next, never)).toEqual([]);
    expect(next.asked).toEqual([]);
  });

  it('stops before the next letter when its request has ended', async () => {
    const gone = AbortSignal.abort(new Error('the caller left'));
    await expect(writeGreedily(1, saying([A, END]), gone)).rejects.toThrow('the caller left');
  });
});

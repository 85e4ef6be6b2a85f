import { int32, pipeline, stage, text } from 'flowserve';

/** Another number makes another version. */
const VERSION = 1;

const WORDS = 200_000;
const NEIGHBOURS = 20;

/** A dictionary that is read when its thread starts, and sorted when it is first asked, as much is that is not needed at once. */
class Dictionary {
  readonly #words = Array.from({ length: WORDS }, (_, i) => ((i * 2_654_435_761) % 2 ** 32).toString(36));
  #sorted: readonly string[] | undefined;

  /** The words around the place where one would stand. */
  around(word: string): readonly string[] {
    this.#sorted ??= this.#words.toSorted();
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? '') < word) low = middle + 1;
      else high = middle;
    }
    return this.#sorted.slice(Math.max(0, low - NEIGHBOURS / 2), low + NEIGHBOURS / 2);
  }
}

const nearest = stage({
  name: 'nearest',
  input: { word: text },
  output: { nearest: text, version: int32 },
  runsOn: 'thread',
  setup: () => new Dictionary(),
  run({ word }, { state }) {
    const [first = ''] = state.around(word).toSorted((a, b) => distance(a, word) - distance(b, word));
    return { nearest: first, version: VERSION };
  },
});

const options = process.env.WARMS_UP === undefined ? {} : { warmUp: [{ word: 'warm' }] };
export const upgrade = pipeline('upgrade', { word: text }, (rows) => rows.map(nearest), options);

/** How many letters have to be put in, left out or changed (Levenshtein, 1966). */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}

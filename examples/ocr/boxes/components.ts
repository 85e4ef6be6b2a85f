/** Neighbouring set pixels of one row; both ends are set. */
interface Run {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the connected parts (eight neighbours) of a bitmap. Each is given as the ends of its runs, which is enough
 * for a convex hull: x and y of the first and the last pixel of every run, from the top down, in one flat list.
 */
export function components(bitmap: Uint8Array, width: number, height: number): readonly (readonly number[])[] {
  const runs = findRuns(bitmap, width, height);
  const parents = linkRuns(runs);
  const parts = new Map<number, number[]>();
  runs.forEach(({ row, start, end }, index) => {
    const root = findRoot(parents, index);
    const part = parts.get(root);
    if (part) part.push(start, row, end, row);
    else parts.set(root, [start, row, end, row]);
  });
  return [...parts.values()];
}

function findRuns(bitmap: Uint8Array, width: number, height: number): readonly Run[] {
  const runs: Run[] = [];
  for (let row = 0; row < height; row++) {
    const begin = row * width;
    const stop = begin + width;
    // indexOf runs natively: most of a photo is not text.
    let first = bitmap.indexOf(1, begin);
    while (first >= 0 && first < stop) {
      let last = first;
      while (last + 1 < stop && bitmap[last + 1] === 1) last++;
      runs.push({ row, start: first - begin, end: last - begin });
      first = bitmap.indexOf(1, last + 1);
    }
    if (first < 0) break;
    row = Math.max(row, Math.trunc(first / width) - 1);
  }
  return runs;
}

/** Union by walking two neighbouring rows at once; runs touch when they overlap or meet at a corner. */
function linkRuns(runs: readonly Run[]): Int32Array {
  const parents = Int32Array.from(runs.keys());
  let above = 0;
  runs.forEach(({ row, start, end }, index) => {
    while (isBefore(runs[above], row - 1, start - 1)) above++;
    for (let other = above; touches(runs[other], row - 1, end + 1); other++) {
      parents[findRoot(parents, other)] = findRoot(parents, index);
    }
  });
  return parents;
}

function isBefore(run: Run | undefined, row: number, x: number): boolean {
  return run !== undefined && (run.row < row || (run.row === row && run.end < x));
}

function touches(run: Run | undefined, row: number, x: number): boolean {
  return run !== undefined && run.row === row && run.start <= x;
}

function findRoot(parents: Int32Array, index: number): number {
  let root = index;
  while (parents[root] !== root) {
    const grandparent = parents[parents[root] as number] as number;
    parents[root] = grandparent;
    root = grandparent;
  }
  return root;
}

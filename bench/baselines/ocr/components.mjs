// @ts-check

/**
 * This finds the connected parts (eight neighbours) of a bitmap and gives each as the ends of its runs,
 * which is enough for a convex hull: x and y of the first and the last pixel of every run, from the top down.
 * @param {Uint8Array} bitmap 1 where set
 * @param {number} width
 * @param {number} height
 * @returns {number[][]} flat lists x, y, x, y …
 */
export function components(bitmap, width, height) {
  const runs = findRuns(bitmap, width, height);
  const parents = linkRuns(runs);
  /** @type {Map<number, number[]>} */
  const parts = new Map();
  runs.forEach(({ row, start, end }, index) => {
    const root = findRoot(parents, index);
    const part = parts.get(root);
    if (part) part.push(start, row, end, row);
    else parts.set(root, [start, row, end, row]);
  });
  return [...parts.values()];
}

/** @typedef {{ row: number, start: number, end: number }} Run both ends are set pixels */

/**
 * @param {Uint8Array} bitmap
 * @param {number} width
 * @param {number} height
 */
function findRuns(bitmap, width, height) {
  /** @type {Run[]} */
  const runs = [];
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

/**
 * Union by walking two neighbouring rows at once; runs touch when they overlap or meet at a corner.
 * @param {readonly Run[]} runs
 */
function linkRuns(runs) {
  const parents = Int32Array.from(runs.keys());
  let above = 0;
  for (let index = 0; index < runs.length; index++) {
    const { row, start, end } = runs[index];
    while (runs[above].row < row - 1 || (runs[above].row === row - 1 && runs[above].end < start - 1)) above++;
    for (let other = above; runs[other].row === row - 1 && runs[other].start <= end + 1; other++) {
      parents[findRoot(parents, other)] = findRoot(parents, index);
    }
  }
  return parents;
}

/**
 * @param {Int32Array} parents
 * @param {number} index
 */
function findRoot(parents, index) {
  let root = index;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]];
    root = parents[root];
  }
  return root;
}

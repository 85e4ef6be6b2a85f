// @ts-check
// The work of bench/own-cost.mjs as one would write it for one request, with nothing around it.

/** @typedef {{ readonly n: number }} Count */
/** @typedef {{ readonly id: number, readonly score: number }} Item */
/** @typedef {Item & { readonly label: string, readonly confidence: number }} Judged */
/** @typedef {Judged & { readonly better: { readonly name: string } | null }} Answered */
/** @typedef {{ readonly photo: Uint8Array }} Photo */

/** A chain of functions from row to row. @param {readonly Count[]} rows @param {number} stages @returns {readonly Count[]} */
export function chain(rows, stages) {
  let made = rows;
  for (let stage = 0; stage < stages; stage++) made = made.map(increment);
  return made;
}

/** A guess for each row, and a second one where the first is unsure. @param {readonly Item[]} rows @returns {readonly Answered[]} */
export function cascade(rows) {
  return rows.map((row) => {
    const judged = judge(row);
    return { ...judged, better: judged.confidence < 0.85 ? better(judged) : null };
  });
}

/** @param {readonly Photo[]} rows @returns {readonly (Photo & { readonly size: number })[]} */
export function measure(rows) {
  return rows.map(({ photo }) => ({ photo, size: photo.length }));
}

/** @param {Count} row @returns {Count} */
function increment({ n }) {
  return { n: n + 1 };
}

/** @param {Item} row @returns {Judged} */
function judge({ id, score }) {
  return { id, score, label: id % 2 === 0 ? 'even' : 'odd', confidence: score };
}

/** @param {Judged} row */
function better({ label }) {
  return { name: label };
}

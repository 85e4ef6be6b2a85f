// @ts-check
// The same as plain.mjs as careful server code: asynchronous, and between two steps it asks whether the request is still wanted.
import { cascade, chain, measure } from './plain.mjs';

/** @typedef {{ readonly signal: AbortSignal, readonly deadlineMs: number }} Request */

/** @param {Parameters<typeof chain>[0]} rows @param {number} stages @param {Request} request */
export async function checkedChain(rows, stages, request) {
  let made = rows;
  for (let stage = 0; stage < stages; stage++) {
    throwIfUnwanted(request);
    made = chain(made, 1);
  }
  return made;
}

/** @param {Parameters<typeof cascade>[0]} rows @param {Request} request */
export async function checkedCascade(rows, request) {
  throwIfUnwanted(request);
  const answered = cascade(rows);
  throwIfUnwanted(request);
  return answered;
}

/** @param {Parameters<typeof measure>[0]} rows @param {Request} request */
export async function checkedMeasure(rows, request) {
  throwIfUnwanted(request);
  const measured = measure(rows);
  throwIfUnwanted(request);
  return measured;
}

/** @param {Request} request */
function throwIfUnwanted({ signal, deadlineMs }) {
  signal.throwIfAborted();
  if (performance.now() >= deadlineMs) throw new Error('too late');
}

/** The most probable class. */
export interface TopClass {
  readonly index: number;
  /** How probable it is, from 0 to 1. */
  readonly confidence: number;
}

/** Finds the class with the largest share in the softmax of the logits, which is one over the sum of e to the distance from the largest. */
export function topClass(logits: Float32Array): TopClass {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return { index: logits.indexOf(largest), confidence: 1 / sum };
}

/**
 * Makes a function of JavaScript text, for what runs once per row: V8 compiles each for the columns it names. Null where the process
 * forbids it (`--disallow-code-generation-from-strings`). Texts hold names through `quoted` alone and everything else by `constants`.
 */
export function generatedFunction(constants: Readonly<Record<string, unknown>>, expression: string): unknown {
  try {
    return new Function(...Object.keys(constants), `'use strict'; return ${expression};`)(...Object.values(constants));
  } catch (error) {
    if (error instanceof EvalError) return null;
    throw error;
  }
}

/** A name as it stands in the text of a function. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}

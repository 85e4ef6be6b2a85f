import { createRequire } from 'node:module';

const own = createRequire(import.meta.url);

/** Whether a specifier names this package or one of its parts. */
export function isFlowServe(specifier: string): boolean {
  return /^flowserve(?:\/|$)/.test(specifier);
}

/** The running copy's file for `flowserve` or `flowserve/part`, whichever copies the user's project has; undefined if there is no such part. */
export function runningModule(specifier: string): string | undefined {
  try {
    return own.resolve(specifier);
  } catch {
    return undefined;
  }
}

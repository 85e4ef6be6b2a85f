/** The greatest number of some last while, kept as the greatest of each of its parts. */
export interface TrailingMaximum {
  readonly parts: readonly number[];
  readonly partFromMs: number;
}

const PARTS = 10;

export function trailingMaximum(nowMs: number): TrailingMaximum {
  return { parts: [0], partFromMs: nowMs };
}

/** With one more number, and without the parts that ended `windowMs` ago. */
export function withNumber({ parts, partFromMs }: TrailingMaximum, value: number, nowMs: number, windowMs: number): TrailingMaximum {
  const passed = Math.floor((nowMs - partFromMs) / (windowMs / PARTS));
  if (passed <= 0) return (parts[0] ?? 0) >= value ? { parts, partFromMs } : { parts: [value, ...parts.slice(1)], partFromMs };
  const gone = Array.from({ length: Math.min(passed - 1, PARTS) }, () => 0);
  return { parts: [value, ...gone, ...parts].slice(0, PARTS + 1), partFromMs: partFromMs + (passed * windowMs) / PARTS };
}

export function greatest({ parts }: TrailingMaximum): number {
  return Math.max(...parts);
}

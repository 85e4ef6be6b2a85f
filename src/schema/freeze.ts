/**
 * Freezes a value and all the plain objects and arrays it holds, so that code which changes what it has borrowed fails. Arrays of
 * numbers cannot be frozen, and an object of a class may rightly change itself: both are left as they are.
 */
export function freeze<T>(value: T): T {
  freezeOnce(value, new Set());
  return value;
}

/** Looks into what is frozen already, since that may hold what is not; `seen` ends cycles. */
function freezeOnce(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value) || !isPlain(value)) return;
  seen.add(value);
  Object.freeze(value);
  for (const inner of Object.values(value)) freezeOnce(inner, seen);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

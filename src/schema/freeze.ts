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

/** A frozen copy of the plain objects and arrays of a value, at any depth; what `freeze` leaves as it is, the copy shares. */
export function frozenCopy(value: unknown): unknown {
  return freeze(copyOnce(value, new Map()));
}

/** `made` holds the copy of each object, so that what is there twice, or holds itself, still does. */
function copyOnce(value: unknown, made: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  const copy: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  made.set(value, copy);
  for (const [name, inner] of Object.entries(value)) {
    // An assignment to a name such as __proto__ would make no property of it.
    Object.defineProperty(copy, name, { value: copyOnce(inner, made), enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

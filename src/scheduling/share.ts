/** How many replicas a task would have if it were alone, and what each of them takes. */
export interface Wish {
  /** Given in any case. */
  readonly floor: number;
  /** What its scaler asks for. */
  readonly replicas: number;
  /** Cores that one replica keeps busy while it works: one that only waits for others keeps none. */
  readonly cores: number;
  /** Memory of one replica; 0 as long as it is not known. */
  readonly bytes: number;
  /** The resource that each replica occupies one of; undefined for none. */
  readonly resource: string | undefined;
}

/** What all tasks have together. Infinity where there is no bound. */
export interface Capacity {
  readonly cores: number;
  readonly bytes: number;
  /** How many there are of each resource, by its name. */
  readonly resources: Readonly<Record<string, number>>;
}

/**
 * How many replicas each task gets, in the order of the wishes: all that are wished for where these fit. Else everyone has its floor,
 * and what is left goes one by one to the task whose replicas gain the most by another: the one with the most to do for each.
 */
export function share(wishes: readonly Wish[], capacity: Capacity): readonly number[] {
  const wanted = wishes.map(({ floor, replicas }) => Math.max(floor, replicas));
  if (fits(wishes, wanted, capacity)) return wanted;
  const given = wishes.map(({ floor }) => floor);
  const left = leftOf(wishes, given, capacity);
  for (let next = neediest(wishes, given, left); next !== undefined; next = neediest(wishes, given, left)) {
    given[next.index] = (given[next.index] ?? 0) + 1;
    take(left, next.wish, 1);
  }
  return given;
}

interface Left {
  cores: number;
  bytes: number;
  readonly resources: Map<string, number>;
}

function leftOf(wishes: readonly Wish[], given: readonly number[], { cores, bytes, resources }: Capacity): Left {
  const left = { cores, bytes, resources: new Map(Object.entries(resources)) };
  for (const [i, wish] of wishes.entries()) take(left, wish, given[i] ?? 0);
  return left;
}

function take(left: Left, { cores, bytes, resource }: Wish, replicas: number): void {
  left.cores -= cores * replicas;
  left.bytes -= bytes * replicas;
  if (resource !== undefined) left.resources.set(resource, (left.resources.get(resource) ?? 0) - replicas);
}

function fits(wishes: readonly Wish[], given: readonly number[], capacity: Capacity): boolean {
  const { cores, bytes, resources } = leftOf(wishes, given, capacity);
  return cores >= -ROUNDING && bytes >= -ROUNDING && [...resources.values()].every((count) => count >= 0);
}
const ROUNDING = 1e-6;

/** Of two that gain the same the first. */
function neediest(
  wishes: readonly Wish[],
  given: readonly number[],
  left: Left,
): { readonly index: number; readonly wish: Wish } | undefined {
  let best: { readonly index: number; readonly wish: Wish } | undefined;
  let most = 0;
  wishes.forEach((wish, index) => {
    const has = given[index] ?? 0;
    if (has >= wish.replicas || !hasRoom(left, wish)) return;
    const gain = wish.replicas / Math.max(has, 0.5) - wish.replicas / (has + 1);
    if (gain > most) {
      most = gain;
      best = { index, wish };
    }
  });
  return best;
}

function hasRoom(left: Left, { cores, bytes, resource }: Wish): boolean {
  if (resource !== undefined && (left.resources.get(resource) ?? 0) < 1) return false;
  return (cores === 0 || left.cores >= cores - ROUNDING) && (bytes === 0 || left.bytes >= bytes - ROUNDING);
}

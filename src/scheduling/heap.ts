/** Puts one into a binary heap. Who goes last, as the last to come mostly does, stays where it is put. */
export function pushOnHeap<T>(heap: T[], one: T, goesBefore: (one: T, other: T) => boolean): void {
  let at = heap.push(one) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as T;
    if (!goesBefore(one, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = one;
}

/** Takes the first away: the last comes in its place and sinks to where it belongs. */
export function popFromHeap<T>(heap: T[], goesBefore: (one: T, other: T) => boolean): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (let below = 1; below < heap.length; below = at * 2 + 1) {
    const right = below + 1;
    const next = right < heap.length && goesBefore(heap[right] as T, heap[below] as T) ? right : below;
    if (!goesBefore(heap[next] as T, last)) break;
    heap[at] = heap[next] as T;
    at = next;
  }
  heap[at] = last;
}

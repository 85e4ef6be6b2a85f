import { setFlagsFromString } from 'node:v8';

/** How far a heap may grow before it is collected as a whole: to four times what was alive, the most that V8 takes by itself. */
const HEAP_GROWTH = '--heap-growing-percent=300';

/**
 * Lets the heaps of this process, those of its worker threads too, grow further between two collections of everything. Images and tensors lie outside
 * the heap but count as its growth, and beside them the heap of a server is small: left alone, V8 was measured to mark
 * all of it every fifteen megabytes of requests. Who has told Node otherwise is obeyed.
 */
export function letHeapGrow(): void {
  const told = `${process.execArgv.join(' ')} ${process.env.NODE_OPTIONS ?? ''}`;
  if (!told.includes('heap-growing-percent') && !told.includes('heap_growing_percent')) setFlagsFromString(HEAP_GROWTH);
}

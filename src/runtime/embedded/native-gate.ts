/**
 * Between a worker and the main thread: a thread that is ended while onnxruntime computes takes the whole process with
 * it (seen with 1.30: SIGABRT), so a worker enters native code only through its gate, and is ended only outside.
 */
export type NativeGate = Int32Array<SharedArrayBuffer>;

/** The gate counts the computations under way: two models of one task may each have one. Above them, one bit: no more may start. */
const STOP = 2 ** 30;

export function createGate(): NativeGate {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** In the worker: computes natively, unless the worker is being ended; then nothing comes of it, as of all else there. */
export async function throughGate<T>(gate: NativeGate, compute: () => Promise<T>): Promise<T> {
  if (Atomics.add(gate, 0, 1) >= STOP) {
    leave(gate);
    return new Promise<T>(() => {});
  }
  try {
    return await compute();
  } finally {
    leave(gate);
  }
}

function leave(gate: NativeGate): void {
  Atomics.sub(gate, 0, 1);
  Atomics.notify(gate, 0);
}

/** Before a thread is ended, by whomever: lets no more native computation start; settles when none runs. */
export async function closeGate(gate: NativeGate): Promise<void> {
  let state = Atomics.or(gate, 0, STOP) | STOP;
  for (; state !== STOP; state = Atomics.load(gate, 0)) await Atomics.waitAsync(gate, 0, state).value;
}

/** How long a process that exits waits for a computation to end. */
const EXIT_WAIT_MS = 10_000;
const open = new Set<NativeGate>();

/** In the main thread: also lets the process exit only outside native code, for as long as the gate is watched. */
export function watchGate(gate: NativeGate): () => void {
  if (open.size === 0) process.on('exit', closeAllNow);
  open.add(gate);
  return () => {
    open.delete(gate);
    if (open.size === 0) process.off('exit', closeAllNow);
  };
}

function closeAllNow(): void {
  for (const gate of open) Atomics.or(gate, 0, STOP);
  const untilMs = performance.now() + EXIT_WAIT_MS;
  for (const gate of open) {
    for (let state = Atomics.load(gate, 0); state !== STOP && performance.now() < untilMs; state = Atomics.load(gate, 0)) {
      Atomics.wait(gate, 0, state, untilMs - performance.now());
    }
  }
}

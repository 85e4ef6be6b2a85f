import { isMainThread, threadId } from 'node:worker_threads';

export { transliteration } from '../../examples/transliteration/pipeline.ts';

/** What `bench/harness/stalling-threads.mjs` tells its threads, and what they answer. */
type Message =
  | { readonly kind: 'who' }
  | { readonly kind: 'stand'; readonly threadId: number; readonly ms: number }
  | { readonly kind: 'here' | 'stands' | 'goes on'; readonly threadId: number };

/** Has a worker stand still when it is told to, as the collector of garbage does: nothing runs on it, and it leaves its core to others. */
function stallWhenTold(): void {
  const channel = new BroadcastChannel('flowserve stalls');
  channel.unref();
  const neverWoken = new Int32Array(new SharedArrayBuffer(4));
  channel.onmessage = (event) => {
    const message = (event as { readonly data: Message }).data;
    if (message.kind === 'who') channel.postMessage({ kind: 'here', threadId });
    if (message.kind !== 'stand' || message.threadId !== threadId) return;
    channel.postMessage({ kind: 'stands', threadId });
    Atomics.wait(neverWoken, 0, 0, message.ms);
    channel.postMessage({ kind: 'goes on', threadId });
  };
}

if (!isMainThread) stallWhenTold();

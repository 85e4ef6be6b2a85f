import type { PortableError } from '../../errors/portable.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { PhysicalPlan } from '../../plan/task.ts';
import type { Counters } from '../counters.ts';
import type { NativeGate } from './native-gate.ts';
import type { Memory } from './packer.ts';
import type { EncodedTables } from './table-codec.ts';
import type { TracedBatch } from './thread-trace.ts';

/** What each worker of a replica is started with, the first one and those that replace it. */
export interface ReplicaData {
  readonly plan: PhysicalPlan;
  readonly task: number;
  readonly replica: number;
  readonly counters: Counters;
  /** The user's program, from which the stages are taken by name; null when all are of built-in kinds. */
  readonly program: string | null;
  readonly builtIn: readonly StageSpec[];
  readonly freezeRows: boolean;
}

/** What one worker thread is started with. */
export interface ThreadData extends ReplicaData {
  readonly gate: NativeGate;
}

/**
 * A request to be run, and its answer: arrays, as every name and every object inside costs about as much to send as all numbers
 * together. Values are left out where there are none.
 */
export type RunMessage = readonly [request: number, deadlineMs: number, ...tables: SentTables];
export type DoneMessage = readonly [request: number, ...tables: SentTables];
type SentTables = readonly [numbers: readonly number[], values: readonly unknown[] | undefined, ...memory: Memory];

/** To a worker. */
export type ToThread =
  | RunMessage
  /** The request that comes next is traced. */
  | { readonly kind: 'trace'; readonly request: number; readonly traceparent: string }
  | { readonly kind: 'end'; readonly request: number; readonly reason: PortableError }
  | { readonly kind: 'drain' };

/** From a worker. Each request that was run is answered once, by done or failed. */
export type FromThread =
  | DoneMessage
  /** Of a request that is traced, before its answer. */
  | { readonly kind: 'batches'; readonly request: number; readonly batches: readonly TracedBatch[] }
  /** The thread by which the system knows it, as `1234/task/1240`; null where it does not say. */
  | { readonly kind: 'ready'; readonly thread: string | null }
  | { readonly kind: 'broken'; readonly error: PortableError }
  /** The `teardown` of a stage begins; it failed. */
  | { readonly kind: 'closing'; readonly stage: string }
  | { readonly kind: 'teardownFailed'; readonly stage: string; readonly error: string }
  | { readonly kind: 'failed'; readonly request: number; readonly error: PortableError };

/** Built index by index: to spread arrays through iterators costs more than to send them. */
export function runMessage(request: number, deadlineMs: number, [numbers, values, memory]: EncodedTables): RunMessage {
  const sent = values.length === 0 ? undefined : values;
  const [only] = memory;
  return only !== undefined && memory.length === 1
    ? [request, deadlineMs, numbers, sent, only]
    : [request, deadlineMs, numbers, sent, ...memory];
}

export function doneMessage(request: number, [numbers, values, memory]: EncodedTables): DoneMessage {
  const sent = values.length === 0 ? undefined : values;
  const [only] = memory;
  return only !== undefined && memory.length === 1 ? [request, numbers, sent, only] : [request, numbers, sent, ...memory];
}

/** The tables of a message to a worker. */
export function tablesToRun(message: RunMessage): EncodedTables {
  return [message[2], message[3] ?? NONE, (message.length === 5 ? [message[4]] : message.slice(4)) as unknown as Memory];
}

/** The tables of a worker's answer. */
export function tablesDone(message: DoneMessage): EncodedTables {
  return [message[1], message[2] ?? NONE, (message.length === 4 ? [message[3]] : message.slice(3)) as unknown as Memory];
}
const NONE: readonly never[] = Object.freeze([]);

export function isRun(message: ToThread): message is RunMessage {
  return Array.isArray(message);
}

export function isDone(message: FromThread): message is DoneMessage {
  return Array.isArray(message);
}

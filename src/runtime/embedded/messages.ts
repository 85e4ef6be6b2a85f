import type { PortableError } from '../../errors/portable.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { PhysicalPlan } from '../../plan/task.ts';
import type { Counters } from '../counters.ts';
import type { NativeGate } from './native-gate.ts';
import type { Memory } from './packer.ts';
import type { EncodedTables } from './table-codec.ts';

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
  | { readonly kind: 'end'; readonly request: number; readonly reason: PortableError }
  | { readonly kind: 'drain' };

/** From a worker. Each request that was run is answered once, by done or failed. */
export type FromThread =
  | DoneMessage
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: PortableError }
  | { readonly kind: 'failed'; readonly request: number; readonly error: PortableError };

export function toSend([numbers, values, memory]: EncodedTables): SentTables {
  return [numbers, values.length === 0 ? undefined : values, ...memory];
}

export function received([numbers, values = NONE, ...memory]: SentTables): EncodedTables {
  return [numbers, values, memory];
}
const NONE: readonly never[] = Object.freeze([]);

export function isRun(message: ToThread): message is RunMessage {
  return Array.isArray(message);
}

export function isDone(message: FromThread): message is DoneMessage {
  return Array.isArray(message);
}

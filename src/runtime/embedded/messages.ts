import type { PortableError } from '../../errors/portable.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { PhysicalPlan } from '../../plan/task.ts';
import type { Counters } from '../counters.ts';
import type { NativeGate } from './native-gate.ts';
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
}

/** What one worker thread is started with. */
export interface ThreadData extends ReplicaData {
  readonly gate: NativeGate;
}

/** To a worker. */
export type ToThread =
  | { readonly kind: 'run'; readonly request: number; readonly deadlineMs: number; readonly input: EncodedTables }
  | { readonly kind: 'end'; readonly request: number; readonly reason: PortableError }
  | { readonly kind: 'drain' };

/** From a worker. Each request that was run is answered once, by done or failed. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: PortableError }
  | { readonly kind: 'done'; readonly request: number; readonly output: EncodedTables }
  | { readonly kind: 'failed'; readonly request: number; readonly error: PortableError };

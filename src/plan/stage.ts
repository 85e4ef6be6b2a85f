import type { AnyRow, Schema } from '../schema/column.ts';
import type { Race } from './race.ts';

/** What a stage's function is given beside its rows. */
export interface StageContext<State = unknown> {
  /** What `setup` returned for this replica. */
  readonly state: State;
  /** Aborted when the request ends early: its caller left or its deadline passed. Made when first read. */
  readonly signal: AbortSignal;
  /** When the request must be answered, in milliseconds since the epoch; Infinity where it has no deadline. */
  readonly deadlineMs: number;
  /** Where the request is traced: the span of its task, as the header of W3C says it, for spans of your own to go below. */
  readonly traceparent?: string | undefined;
}

/** What `setup` is given. */
export interface ReplicaContext {
  /** 0 for the first replica of the task, 1 for the second, … */
  readonly index: number;
}

type Maybe<T> = T | PromiseLike<T>;
export type RowFunction = (row: AnyRow, context: StageContext) => Maybe<AnyRow>;
export type BatchFunction = (rows: readonly AnyRow[], context: StageContext) => Maybe<readonly AnyRow[]>;
export type ExpandFunction = (row: AnyRow, context: StageContext) => Maybe<readonly AnyRow[]> | Iterable<AnyRow> | AsyncIterable<AnyRow>;
export type PredicateFunction = (row: AnyRow) => boolean;
export type GroupFunction = (rows: readonly AnyRow[]) => Maybe<readonly AnyRow[]>;
export type GroupPredicateFunction = (rows: readonly AnyRow[]) => boolean;

/** How a stage computes: user functions by their shape, and the built-in kinds, which need no user code where they run. */
export type Implementation =
  | { readonly kind: 'row'; readonly run: RowFunction }
  | { readonly kind: 'batch'; readonly run: BatchFunction }
  | { readonly kind: 'expand'; readonly run: ExpandFunction }
  | { readonly kind: 'predicate'; readonly test: PredicateFunction }
  | { readonly kind: 'group'; readonly run: GroupFunction }
  | { readonly kind: 'groupPredicate'; readonly test: GroupPredicateFunction }
  | OnnxImplementation
  | PythonImplementation
  | RemoteImplementation;

export interface OnnxImplementation {
  readonly kind: 'onnx';
  /** The file, absolute. */
  readonly model: string;
  /** The model's tensor for each input and output column. */
  readonly tensors: Readonly<Record<string, string>>;
  readonly threads: number;
}

export interface PythonImplementation {
  readonly kind: 'python';
  /** A file, absolute, or a name that the interpreter finds. */
  readonly module: { readonly file: string } | { readonly name: string };
  readonly function: string;
  readonly setup: string | null;
  /** As it was given; null for the one of the environment. */
  readonly interpreter: string | null;
  /** To begin with; null for as many as the deployment has workers. */
  readonly replicas: number | null;
  readonly memoryLimitMb: number | null;
  readonly env: Readonly<Record<string, string>>;
}

export interface RemoteImplementation {
  readonly kind: 'remote';
  /** Of the server, without a slash at its end. */
  readonly url: string;
  readonly model: string;
  /** Undefined: the one that the server prefers. */
  readonly version: string | undefined;
  /** The model's tensor for each input and output column. */
  readonly tensors: Readonly<Record<string, string>>;
  /** Calls under way at a time at most. */
  readonly connections: number;
  /** Sent with every call. They may be secrets, so nothing prints them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a function runs: the event loop, or a worker thread. */
export type Place = 'loop' | 'thread';

/** A function or model with the columns it reads and returns: what every kind of stage is to the plan. */
export interface StageSpec {
  readonly name: string;
  readonly input: Schema;
  readonly output: Schema;
  readonly implementation: Implementation;
  readonly setup: ((replica: ReplicaContext) => unknown) | undefined;
  readonly teardown: ((state: unknown) => unknown) | undefined;
  /** At most this many rows in one call. */
  readonly maxBatch: number;
  /** At most this long for one call. */
  readonly timeoutMs: number | undefined;
  /** Undefined: with its neighbours. */
  readonly runsOn: Place | undefined;
  /** Its calls change something outside, so it is never run twice, moved or shared. */
  readonly effects: boolean;
  /** How its calls are to be raced; undefined: each is made once. */
  readonly race: Race | undefined;
  /** Undefined: as many as its neighbours, or as the deployment has workers. */
  readonly replicas?: ReplicaBounds | undefined;
  /** What each replica occupies one of, such as `gpu`. */
  readonly resource?: string | undefined;
}

/** How many replicas there are, at least and at most. */
export interface ReplicaBounds {
  readonly min: number;
  readonly max: number;
}

/** Built-in kinds are data alone and run anywhere; functions run where the user's code has been loaded. */
export function needsUserCode({ implementation }: StageSpec): boolean {
  return hasUserCode[implementation.kind];
}
const hasUserCode = {
  row: true,
  batch: true,
  expand: true,
  predicate: true,
  group: true,
  groupPredicate: true,
  onnx: false,
  python: false,
  remote: false,
} as const satisfies Record<Implementation['kind'], boolean>;

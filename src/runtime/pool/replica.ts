import type { FlowError } from '../../errors/flow-error.ts';
import type { Call } from './call.ts';

/** What a replica tells its pool. */
export interface ReplicaEvents<Work, Made> {
  /** A call less is outstanding. */
  onFree(): void;
  /** It takes nothing more, and may still answer what it has. */
  onEnding(): void;
  /** It is over, for whatever reason, and has failed what it held but for what has to run `again`. Told once. */
  onExit(reason: FlowError, again: readonly Call<Work, Made>[]): void;
}

/** Something that runs calls, beside others that are alike: a worker thread, a process. */
export interface Replica<Work, Made> {
  /** Settles when it can be given calls; rejects with why it cannot start. */
  readonly ready: Promise<void>;
  /** Settles when nothing of it is left. */
  readonly ended: Promise<void>;
  /** How many calls it has been given and has not let go of; some of these may have been answered. */
  readonly outstanding: number;
  /** Answers the call some time, also when its request ends early. Throws where it cannot be given. */
  run(call: Call<Work, Made>): void;
  /** What it costs in bytes, once it is ready; undefined where that cannot be told. */
  memoryBytes(): Promise<number | undefined>;
  /** How long it has kept cores busy, or would have had there been enough, all its threads together; undefined where that cannot be told. */
  processorMs(): Promise<number | undefined>;
  /** Lets go of what it has set up, when it has nothing to do any more or after a grace; settles with `ended`. */
  drain(): Promise<void>;
  /** Ends it in the middle of what it does; settles with `ended`. */
  terminate(reason: FlowError): Promise<void>;
}

/** Makes a replica, which then starts; throws where there cannot be one now. Its number is its own while it is there. */
export type CreateReplica<Work, Made> = (number: number, events: ReplicaEvents<Work, Made>) => Replica<Work, Made>;

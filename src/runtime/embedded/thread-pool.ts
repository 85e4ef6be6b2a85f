import type { FlowError } from '../../errors/flow-error.ts';
import { ReplicaPool } from '../pool/replica-pool.ts';
import type { UsedReplicas } from '../pool/used-replicas.ts';
import type { RequestScope } from '../request-scope.ts';
import type { Table } from '../table.ts';
import type { ReplicaData } from './messages.ts';
import { type ThreadOptions, ThreadReplica, type ThreadWork } from './thread-replica.ts';

interface ThreadPoolOptions extends ThreadOptions {
  readonly name: string;
  /** What a replica is started with, by its number; one that comes in the place of another is given the same. */
  readonly dataOf: (replica: number) => ReplicaData;
  readonly replicas: number;
  /** How many requests a replica is given at a time: while one computes, another's input is decoded or its image read. */
  readonly ongoingPerReplica: number;
  /** Whether a request may run again after the worker that held it was ended because of another. */
  readonly mayRepeat: boolean;
  /** Hears of workers that ended unasked. */
  readonly onCrash: (reason: FlowError, restartInMs: number) => void;
}

/** The replicas of one task on worker threads. */
export type ThreadPool = ReplicaPool<ThreadWork, readonly Table[]>;

export function threadPool({ dataOf, ongoingPerReplica, ...options }: ThreadPoolOptions): ThreadPool {
  return new ReplicaPool({
    ...options,
    callsPerReplica: ongoingPerReplica,
    create: (number, events) => new ThreadReplica(dataOf(number), options, events),
    says: { hopeless: 'every worker of the task keeps failing', closing: 'the pipeline is shutting down' },
  });
}

/** Runs the task over tables; see `ReplicaPool`. */
export function runTask(pool: ThreadPool, tables: readonly Table[], scope: RequestScope, used?: UsedReplicas): Promise<readonly Table[]> {
  return pool.run({ tables, isLastTry: false }, scope, used);
}

import type { PythonImplementation, StageSpec } from '../../plan/stage.ts';
import { ReplicaPool } from '../pool/replica-pool.ts';
import type { LoadContext } from '../stages/built-in-stage.ts';
import type { Gathering } from '../stages/gathering.ts';
import { columnsCodec } from './columns.ts';
import { PythonReplica, type Rows } from './python-replica.ts';

interface PythonPoolOptions {
  readonly spec: StageSpec;
  readonly implementation: PythonImplementation;
  readonly replicas: number;
  readonly context: LoadContext;
  readonly gathering: Gathering;
}

/** One call computes and the next one lies there when it is done. */
const CALLS_PER_PROCESS = 2;

/** Starts the processes of a stage; rejects with why the first one cannot start, and then none is left. */
export async function startPythonPool({
  spec,
  implementation,
  replicas,
  context,
  gathering,
}: PythonPoolOptions): Promise<ReplicaPool<Rows, Rows>> {
  const { clock, graceMs, onOutput, onCrash } = context;
  const shared = { spec, implementation, input: columnsCodec(spec.input), output: columnsCodec(spec.output), graceMs, clock, onOutput };
  const pool = new ReplicaPool<Rows, Rows>({
    name: spec.name,
    replicas,
    callsPerReplica: CALLS_PER_PROCESS,
    mayRepeat: !spec.effects,
    clock,
    onCrash,
    waiting: (nowMs) => gathering.waiting(nowMs),
    onRoom: () => gathering.resume(),
    create: (replica, events) => new PythonReplica({ ...shared, replica }, events),
    says: {
      hopeless: `no Python process of stage "${spec.name}" starts any more`,
      closing: `stage "${spec.name}" is shutting down`,
    },
  });
  try {
    await pool.startFirst();
    await pool.startOthers();
  } catch (error) {
    await pool.terminate(error);
    throw error;
  }
  return pool;
}

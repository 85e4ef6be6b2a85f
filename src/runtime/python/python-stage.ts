import { access } from 'node:fs/promises';
import { FlowError } from '../../errors/flow-error.ts';
import type { PythonImplementation, StageSpec } from '../../plan/stage.ts';
import { capacityOf } from '../pool/capacity.ts';
import { batched } from '../stages/batch-stage.ts';
import type { BuiltInStage, LoadContext } from '../stages/built-in-stage.ts';
import { Gathering } from '../stages/gathering.ts';
import { racedBatch } from '../stages/raced-call.ts';
import { startPythonPool } from './python-pool.ts';

/** Starts the processes of a stage, in each of which its `setup` is done; errors: see `python`. */
export async function loadPython(spec: StageSpec, implementation: PythonImplementation, context: LoadContext): Promise<BuiltInStage> {
  if ('file' in implementation.module) await checkFile(spec.name, implementation.module.file);
  const replicas = implementation.replicas ?? context.workers;
  const gathering = new Gathering(spec.maxBatch);
  const pool = await startPythonPool({ spec, implementation, replicas, context, gathering });
  const capacityNow = capacityOf(pool);
  // One that starts takes nothing yet, and what is made up for it would not be for those that are there.
  const servers = (): number => Math.max(1, pool.ready);
  return {
    get isReady() {
      return pool.isReady;
    },
    pool,
    runner: (environment) =>
      batched(environment, {
        call: racedBatch(
          environment,
          (rows, { scope, used }) => {
            gathering.called(rows.length);
            return pool.run(rows, scope, used);
          },
          capacityNow,
        ),
        gathering,
        maxBatch: spec.maxBatch,
        get concurrency() {
          return servers() * pool.callsPerReplica;
        },
        get servers() {
          return servers();
        },
      }),
    release: () => pool.drain(),
  };
}

async function checkFile(stage: string, file: string): Promise<void> {
  await access(file).catch((cause: unknown) => {
    throw new FlowError('FILE_MISSING', `python "${stage}": there is no readable file ${file}`, { cause });
  });
}

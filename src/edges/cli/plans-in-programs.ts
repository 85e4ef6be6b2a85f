import type { ReplicasByStage } from '../../optimizer/scale-of.ts';
import { withReplicas } from '../../optimizer/with-replicas.ts';
import type { LoadedProgram } from '../../program/load-pipelines.ts';
import type { PlanToServe } from '../http/pipeline-service.ts';

/** The pipelines of programs, each with the module that worker threads import. Errors: OPTION_INVALID for replicas of what has none. */
export function plansInPrograms(loaded: readonly LoadedProgram[], replicas: ReplicasByStage = {}): readonly PlanToServe[] {
  const programs = loaded.flatMap(({ program, plans }) => plans.map(() => program.url));
  const plans = withReplicas(
    loaded.flatMap((each) => each.plans),
    replicas,
  );
  return plans.map((plan, i) => ({ plan, program: programs[i] ?? null }));
}

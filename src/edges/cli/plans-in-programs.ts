import type { LoadedProgram } from '../../program/load-pipelines.ts';
import type { PlanToServe } from '../http/pipeline-service.ts';

/** The pipelines of programs, each with the module that worker threads import. */
export function plansInPrograms(loaded: readonly LoadedProgram[]): readonly PlanToServe[] {
  return loaded.flatMap(({ program, plans }) => plans.map((plan) => ({ plan, program: program.url })));
}

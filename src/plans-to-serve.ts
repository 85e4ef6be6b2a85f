import type { PlanToServe } from './edges/http/pipeline-service.ts';
import { FlowError } from './errors/flow-error.ts';
import type { Pipeline } from './pipeline.ts';
import { planOf } from './plan/program.ts';
import { programOf } from './program/program-of.ts';
import { type Columns, describeValue } from './schema/column.ts';

/** What a pipeline shows of itself; the rest is found by its symbol. */
export type Servable = Pick<Pipeline<Columns, Columns>, 'name' | 'close'>;

/** The plans of one pipeline or several, and the program of the file they are in. Errors: PIPELINE_INVALID; those of `bundleProgram`. */
export async function plansToServe(
  caller: string,
  pipelines: Servable | readonly Servable[],
  module: string | URL | undefined,
): Promise<readonly PlanToServe[]> {
  const given: readonly unknown[] = Array.isArray(pipelines) ? pipelines : [pipelines];
  const plans = given.map((pipeline) => {
    const plan = planOf(pipeline);
    if (plan !== undefined) return plan;
    throw new FlowError('PIPELINE_INVALID', `${caller}: ${describeValue(pipeline)} is not a pipeline`, {
      hint: 'Give what pipeline(…) returned, or an array of such.',
    });
  });
  const program = await programOf(module);
  return plans.map((plan) => ({ plan, program }));
}

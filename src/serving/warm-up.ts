import { FlowError, toFlowError } from '../errors/flow-error.ts';
import type { LogicalPlan } from '../plan/node.ts';
import type { EmbeddedRuntime } from '../runtime/embedded/embedded-runtime.ts';
import { deadlineError, RequestScope, untilEnd } from '../runtime/request-scope.ts';
import type { Table } from '../runtime/table.ts';
import type { DeploymentSettings } from './settings.ts';

/** The first answers take longest: what they need is compiled, loaded and cached meanwhile. */
const LEAST_MS = 30_000;

/** Has every replica answer the rows that a pipeline warms up with, which count as no request. Error: WARM_UP_FAILED. */
export async function warmUp(
  { name, options: { warmUp: rows } }: LogicalPlan,
  runtime: EmbeddedRuntime,
  { clock, timeoutMs }: DeploymentSettings,
): Promise<void> {
  if (rows === undefined) return;
  const allowedMs = Math.max(timeoutMs, LEAST_MS);
  const whole = new RequestScope(clock.now() + allowedMs);
  const disarm = clock.after(allowedMs, () => whole.end(deadlineError(`pipeline "${name}"`)));
  const answer = async (): Promise<Table> => runtime.run(rows, RequestScope.within(whole));
  // A replica that has nothing to do is chosen before those that have, so that of so many at once each has one.
  const most = Math.max(1, ...runtime.pools.map(({ replicas }) => replicas));
  try {
    await Promise.all(Array.from({ length: most }, () => untilEnd(answer(), whole)));
  } catch (error) {
    const cause = toFlowError(error);
    whole.end(cause);
    throw new FlowError('WARM_UP_FAILED', `pipeline "${name}" did not answer the rows of its warmUp: ${cause.problem}`, { cause });
  } finally {
    disarm();
  }
}

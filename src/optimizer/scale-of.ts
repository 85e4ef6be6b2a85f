import type { ReplicaBounds, StageSpec } from '../plan/stage.ts';
import { type Step, stageNamesIn, type Task } from '../plan/task.ts';

/** Bounds for stages by name, in the place of their own. */
export type ReplicasByStage = Readonly<Record<string, ReplicaBounds>>;

/** How many threads a step is to have and of what they occupy one: what its stages say. Of several that say how many, all are heard. */
export function scaleOf(
  step: Step,
  stages: ReadonlyMap<string, StageSpec>,
  replicas: ReplicasByStage,
): Pick<Task, 'resource' | 'replicas'> {
  const called = stageNamesIn(step).flatMap((name) => stages.get(name) ?? []);
  const bounds = called.flatMap((stage) => replicas[stage.name] ?? stage.replicas ?? []);
  return { resource: called.find(({ resource }) => resource !== undefined)?.resource, replicas: together(bounds) };
}

/** As many as the one needs that needs most, and as few as the one bears that bears fewest. */
export function together(bounds: readonly ReplicaBounds[]): ReplicaBounds | undefined {
  if (bounds.length === 0) return undefined;
  const max = Math.min(...bounds.map((bound) => bound.max));
  return { min: Math.min(max, Math.max(...bounds.map((bound) => bound.min))), max };
}

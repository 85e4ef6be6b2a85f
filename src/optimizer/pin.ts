import { needsUserCode, type Place, type StageSpec } from '../plan/stage.ts';
import { type Step, stageNamesIn } from '../plan/task.ts';

interface WhereCodeIs {
  readonly stages: ReadonlyMap<string, StageSpec>;
  readonly codeInThreads: boolean;
}

/** The only place where a step can run: where its stage says, where the code of its function is, where its store is; undefined for any. */
export function pinOf(step: Step, { stages, codeInThreads }: WhereCodeIs): Place | undefined {
  if (step.op === 'lookup') return 'loop';
  const called = stageNamesIn(step).flatMap((name) => stages.get(name) ?? []);
  const said = called.find(({ runsOn }) => runsOn !== undefined);
  if (said !== undefined) return said.runsOn;
  return called.some(needsUserCode) && !codeInThreads ? 'loop' : undefined;
}

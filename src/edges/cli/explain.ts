import { lower } from '../../optimizer/lower.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { printPlan } from '../../plan/print.ts';
import { printTasks } from '../../plan/task.ts';
import { choosePlan, loadPipelines } from '../../program/load-pipelines.ts';
import { defaultWorkers } from '../../serving/settings.ts';

interface ExplainOptions {
  readonly pipeline?: string;
  readonly workers?: number;
}

/** The plans of a file as text: all of them, or the one named. */
export async function explain(file: string, options: ExplainOptions): Promise<string> {
  const loaded = await loadPipelines(file);
  const plans = options.pipeline === undefined ? loaded.plans : [choosePlan(loaded, options.pipeline)];
  return plans.map((plan) => explainPlan(plan, options.workers ?? defaultWorkers())).join('\n\n');
}

function explainPlan(plan: LogicalPlan, workers: number): string {
  return [`pipeline ${plan.name}`, indent(printPlan(plan.output)), 'runs as', indent(printTasks(lower(plan, true), workers))].join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

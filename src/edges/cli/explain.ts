import { explainPlan, explainSteps } from '../../optimizer/explain.ts';
import { optimize } from '../../optimizer/optimize.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';
import { mermaid } from '../../plan/mermaid.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { planJson } from '../../plan/plan-json.ts';
import { portablePlan } from '../../plan/portable.ts';
import { choosePlan, loadPipelines } from '../../program/load-pipelines.ts';
import { defaultWorkers } from '../../serving/settings.ts';
import { analyze } from './analyze/analyze.ts';

interface ExplainOptions {
  readonly pipeline?: string;
  readonly workers?: number;
  readonly rule?: RuleSwitches;
  readonly steps?: boolean;
  readonly json?: boolean;
  readonly mermaid?: boolean;
  /** The admin address of a server that runs it. */
  readonly analyze?: string;
  readonly token?: string;
}

/** The plans of a file: all of them, or the one named. */
export async function explain(file: string, options: ExplainOptions): Promise<string> {
  const loaded = await loadPipelines(file);
  const plans = options.pipeline === undefined ? loaded.plans : [choosePlan(loaded, options.pipeline)];
  const { analyze: url, token = process.env.FLOWSERVE_ADMIN_TOKEN } = options;
  if (url !== undefined) return (await Promise.all(plans.map((plan) => analyze(plan, { url, token })))).join('\n\n');
  if (options.json === true) {
    const [only, ...others] = plans.map((plan) => asJson(plan, options));
    return JSON.stringify(others.length === 0 ? only : [only, ...others], null, 2);
  }
  return plans.map((plan) => asText(plan, options)).join('\n\n');
}

function asText(plan: LogicalPlan, { workers = defaultWorkers(), rule, steps, mermaid: asPicture }: ExplainOptions): string {
  if (asPicture === true) return mermaid(optimize(plan, { codeInThreads: true, rules: rule }).physical, workers);
  return steps === true ? explainSteps(plan, workers, rule) : explainPlan(plan, workers, rule);
}

function asJson(plan: LogicalPlan, { workers = defaultWorkers(), rule }: ExplainOptions): object {
  const { logical, physical, steps } = optimize(plan, { codeInThreads: true, rules: rule });
  return {
    ...planJson(plan),
    optimized: planJson(logical).nodes,
    physical: portablePlan(physical),
    workers,
    rules: steps.map(({ rule: name, isChanged, isOff }) => ({ name, isChanged, isOff })),
  };
}

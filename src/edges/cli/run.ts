import type { RuleSwitches } from '../../optimizer/rule.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import type { Program } from '../../program/bundle-program.ts';
import { choosePlan, loadPipelines } from '../../program/load-pipelines.ts';
import { Deployment } from '../../serving/deployment.ts';
import { readInput } from './input.ts';
import { withHintForFiles } from './input-hints.ts';

interface RunCommandOptions {
  readonly input: string;
  readonly pipeline?: string;
  readonly workers?: number;
  readonly timeoutMs?: number;
  readonly rule?: RuleSwitches;
}

interface HowToRun {
  readonly workers: number;
  readonly timeoutMs: number | undefined;
  readonly rules: RuleSwitches | undefined;
}

/** Starts a file's pipeline, answers one request as the server would and stops it; gives the answer as JSON text. */
export async function run(file: string, { input, pipeline, workers = 1, timeoutMs, rule }: RunCommandOptions): Promise<string> {
  const loaded = await loadPipelines(file);
  const plan = choosePlan(loaded, pipeline);
  return answer(loaded.program, plan, input, { workers, timeoutMs, rules: rule }).catch((error: unknown) => {
    throw withHintForFiles(error);
  });
}

async function answer({ url }: Program, plan: LogicalPlan, input: string, { workers, timeoutMs, rules }: HowToRun): Promise<string> {
  const { rows, isOne, codec } = await readInput(input, plan);
  const deployment = await Deployment.start(plan, { program: url, workers, rules });
  try {
    const { body: json } = codec.respond(await deployment.run(rows, { timeoutMs }), isOne, {});
    return JSON.stringify(JSON.parse(json.toString()), null, 2);
  } finally {
    await deployment.close();
  }
}

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Code, codes } from '../../errors/codes.ts';
import { FlowError, isFlowError } from '../../errors/flow-error.ts';
import type { RuleSwitches } from '../../optimizer/rule.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import type { Program } from '../../program/bundle-program.ts';
import { choosePlan, loadPipelines } from '../../program/load-pipelines.ts';
import { Deployment } from '../../serving/deployment.ts';
import { limitsOf } from '../http/limits.ts';
import { onlyBytesColumn, pipelineCodec, RAW } from '../http/pipeline-codec.ts';

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
  const codec = pipelineCodec(plan, limitsOf(NO_LIMITS));
  const isJson = input.endsWith('.json') || onlyBytesColumn(plan.input) === undefined;
  const headers = { 'content-type': isJson ? 'application/json' : RAW };
  const body = await readInput(input);
  const { rows, isOne } = codec.readRows(headers, isJson ? asObject(body) : body);
  const deployment = await Deployment.start(plan, { program: url, workers, rules });
  try {
    const { body: json } = codec.respond(await deployment.run(rows, { timeoutMs }), isOne, {});
    return JSON.stringify(JSON.parse(json.toString()), null, 2);
  } finally {
    await deployment.close();
  }
}

/** The hints of the table speak to clients of a server; there is none here, and no log. */
const HINTS: { readonly [C in Code]?: string } = {
  BODY_INVALID: 'The input is JSON: {"rows":[{…}]}, an array of rows, or one row; flowserve explain FILE prints the columns.',
  ROW_INVALID: 'Compare the input with the columns of Input in flowserve explain FILE.',
  JSON_TOO_DEEP: 'Make the JSON flatter.',
  STAGE_FAILED: 'Correct the stage, or the input if it is the reason.',
  DEADLINE_EXCEEDED: 'Allow more time with --timeout-ms.',
  REPLICA_CRASHED: 'Look for what ends the worker: process.exit, an error outside any request, memory.',
};

function withHintForFiles(error: unknown): unknown {
  // A hint that is not the table's knows better.
  if (!isFlowError(error) || error.hint !== codes[error.code].hint) return error;
  return new FlowError(error.code, error.problem, { cause: error.cause, hint: HINTS[error.code] });
}

/** What one's own file holds is one's own business. */
const NO_LIMITS = { maxRows: Number.MAX_SAFE_INTEGER };

async function readInput(input: string): Promise<Buffer> {
  if (input === '-') return buffer(process.stdin);
  return readFile(input).catch((cause: unknown) => {
    throw new FlowError('FILE_MISSING', `there is no readable file ${input}`, { cause });
  });
}

/** A file may also hold just the array of rows. */
function asObject(body: Buffer): Buffer {
  const text = body.toString('utf8').trim();
  return text.startsWith('[') ? Buffer.from(`{"rows":${text}}`) : body;
}

import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { FlowError } from '../../errors/flow-error.ts';
import { choosePlan, loadPipelines } from '../../program/load-pipelines.ts';
import { Deployment } from '../../serving/deployment.ts';
import { limitsOf } from '../http/limits.ts';
import { onlyBytesColumn, pipelineCodec, RAW } from '../http/pipeline-codec.ts';

interface RunCommandOptions {
  readonly input: string;
  readonly pipeline?: string;
  readonly workers?: number;
  readonly timeoutMs?: number;
}

/** Starts a file's pipeline, answers one request as the server would and stops it; gives the answer as JSON text. */
export async function run(file: string, { input, pipeline, workers = 1, timeoutMs }: RunCommandOptions): Promise<string> {
  const loaded = await loadPipelines(file);
  const plan = choosePlan(loaded, pipeline);
  const codec = pipelineCodec(plan, limitsOf(NO_LIMITS));
  const isJson = input.endsWith('.json') || onlyBytesColumn(plan.input) === undefined;
  const headers = { 'content-type': isJson ? 'application/json' : RAW };
  const body = await readInput(input);
  const { rows, isOne } = codec.readRows(headers, isJson ? asObject(body) : body);
  const deployment = await Deployment.start(plan, { program: loaded.program.url, workers });
  try {
    const answer = codec.respond(await deployment.run(rows, { timeoutMs }), isOne, {});
    return JSON.stringify(JSON.parse(answer.body.toString()), null, 2);
  } finally {
    await deployment.close();
  }
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

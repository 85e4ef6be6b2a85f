import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { FlowError } from '../../errors/flow-error.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import type { AnyRow } from '../../schema/column.ts';
import { limitsOf } from '../http/limits.ts';
import { onlyBytesColumn, type PipelineCodec, pipelineCodec, RAW } from '../http/pipeline-codec.ts';

/** What a file holds for a pipeline, as a request and as its rows. */
export interface CommandInput {
  readonly rows: readonly AnyRow[];
  /** Whether it is one row by itself, which is answered by itself. */
  readonly isOne: boolean;
  readonly body: Buffer<ArrayBuffer>;
  readonly contentType: string;
  readonly codec: PipelineCodec;
}

/**
 * Reads the value of --input: a .json file, the bytes of a pipeline that takes one bytes column, or - for standard input.
 * Errors: FILE_MISSING, BODY_INVALID, ROW_INVALID.
 */
export async function readInput(input: string, plan: LogicalPlan): Promise<CommandInput> {
  const codec = pipelineCodec(plan, limitsOf(NO_LIMITS));
  const isJson = input.endsWith('.json') || onlyBytesColumn(plan.input) === undefined;
  const contentType = isJson ? 'application/json' : RAW;
  const bytes = await bytesOf(input);
  const body = isJson ? asObject(bytes) : bytes;
  return { ...codec.readRows({ 'content-type': contentType }, body), body, contentType, codec };
}

/** What one's own file holds is one's own business. */
const NO_LIMITS = { maxRows: Number.MAX_SAFE_INTEGER };

async function bytesOf(input: string): Promise<Buffer<ArrayBuffer>> {
  if (input === '-') return buffer(process.stdin) as Promise<Buffer<ArrayBuffer>>;
  return readFile(input).catch((cause: unknown) => {
    throw new FlowError('FILE_MISSING', `there is no readable file ${input}`, { cause });
  });
}

/** A file may also hold just the array of rows. */
function asObject(body: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const text = body.toString('utf8').trim();
  return text.startsWith('[') ? Buffer.from(`{"rows":${text}}`) : body;
}

import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import type { TensorMetadata } from '../../wire/metadata.ts';

/** What `GET /v2/models/NAME` says. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** Reads what a server says of a model; lists it leaves out are empty. BODY_INVALID for what is not the metadata of a model. */
export function decodeModelMetadata(body: Buffer): ModelMetadata {
  const { name, versions, platform, inputs, outputs } = parse(body);
  if (typeof name !== 'string') throw invalid(`its name is ${describeValue(name)}`);
  return {
    name,
    versions: Array.isArray(versions) ? versions.map(String) : [],
    platform: typeof platform === 'string' ? platform : '',
    inputs: tensorsOf('inputs', inputs),
    outputs: tensorsOf('outputs', outputs),
  };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw invalid(`it is not JSON: ${messageOf(cause)}`, cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw invalid(`it is ${describeValue(value)}`);
}

function tensorsOf(what: string, list: unknown): readonly TensorMetadata[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalid(`its ${what} are ${describeValue(list)}`);
  return list.map((tensor: unknown, i) => tensorOf(`${what}[${i}]`, tensor));
}

function tensorOf(what: string, tensor: unknown): TensorMetadata {
  const { name, datatype, shape } = (tensor ?? {}) as Partial<Record<keyof TensorMetadata, unknown>>;
  if (typeof name !== 'string' || typeof datatype !== 'string' || !Array.isArray(shape)) {
    throw invalid(`its ${what} lacks a name, a datatype or a shape`);
  }
  // Some servers write lengths as strings, as their JSON of 64-bit integers has it.
  return { name, datatype, shape: shape.map(Number) };
}

function invalid(problem: string, cause?: unknown): FlowError {
  return new FlowError('BODY_INVALID', `the server's description of the model cannot be read: ${problem}`, { cause });
}

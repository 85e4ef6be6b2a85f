import type { Aggregate } from '../../src/plan/aggregate.ts';
import { completeNode } from '../../src/plan/complete.ts';
import type { JoinKind, PlanNode } from '../../src/plan/node.ts';
import type { Race } from '../../src/plan/race.ts';
import type { Implementation, Place, PythonImplementation, StageSpec } from '../../src/plan/stage.ts';
import { type Columns, schemaOf, text } from '../../src/schema/column.ts';

/** The rows of a request, with text columns of these names. */
export function request(...names: readonly string[]): PlanNode {
  return Object.freeze({ op: 'input', pipeline: 'words', columns: texts(names), origin: { name: 'request', parent: null } });
}

interface StepOptions {
  readonly implementation?: Implementation;
  readonly runsOn?: Place;
  readonly effects?: boolean;
  readonly race?: Race;
}

/** A stage from text columns to text columns: `step('clean: word → word, length')`. */
export function step(
  signature: string,
  { implementation = { kind: 'row', run: (row) => row }, runsOn, effects = false, race }: StepOptions = {},
): StageSpec {
  const [, name = '', input = '', output = ''] = /^([^:]*): ?(.*?) ?→ ?(.*)$/.exec(signature) ?? [];
  const options = { setup: undefined, teardown: undefined, maxBatch: 1, timeoutMs: undefined, runsOn, effects, race };
  return { name, input: texts(split(input)), output: texts(split(output)), implementation, ...options };
}

/** A function in Python. */
export const inPython = (signature: string, fields: Partial<PythonImplementation> = {}): StageSpec => {
  const given = { module: { file: '/a/lang.py' }, function: 'detect', setup: null, interpreter: null, replicas: null, memoryLimitMb: null };
  return step(signature, { implementation: { kind: 'python', ...given, env: {}, ...fields }, runsOn: 'loop' });
};

/** A model from text columns, which no model has, but no plan asks. */
export const model = (signature: string): StageSpec =>
  step(signature, { implementation: { kind: 'onnx', model: '/m.onnx', tensors: {}, threads: 1 }, runsOn: 'thread' });

/** The same of another server. */
export const remoteModel = (signature: string, version?: string): StageSpec => {
  const server = { url: 'http://triton:8000', model: 'net', version, headers: { authorization: 'Bearer secret' } };
  return step(signature, { implementation: { kind: 'remote', ...server, tensors: {}, connections: 8 }, runsOn: 'loop' });
};

export const map = (input: PlanNode, ...[first, ...others]: readonly [StageSpec, ...StageSpec[]]): PlanNode =>
  completeNode({ op: 'map', input, stages: [first, ...others] });
export const derive = (input: PlanNode, stage: StageSpec): PlanNode => completeNode({ op: 'derive', input, stage });
export const flatMap = (input: PlanNode, stage: StageSpec): PlanNode => completeNode({ op: 'flatMap', input, stage });
export const select = (input: PlanNode, ...names: readonly string[]): PlanNode => completeNode({ op: 'select', input, names });
export const rename = (input: PlanNode, names: Readonly<Record<string, string>>): PlanNode => completeNode({ op: 'rename', input, names });
export const union = (...inputs: readonly PlanNode[]): PlanNode =>
  completeNode({ op: 'union', inputs, byIdentity: inputs.every(({ origin }) => origin === inputs[0]?.origin) });
export const anyOf = (...inputs: readonly PlanNode[]): PlanNode => completeNode({ op: 'anyOf', inputs });

/** A filter that reads the named columns; all without names. */
export function filter(input: PlanNode, ...reads: readonly string[]): PlanNode {
  const columns = reads.length === 0 ? input.columns : texts(reads);
  const stage = step('keep: →', { implementation: { kind: 'predicate', test: () => true } });
  return completeNode({ op: 'filter', input, stage: { ...stage, input: columns }, reads: reads.length === 0 ? 'all' : reads });
}

export function join(left: PlanNode, right: PlanNode, how: JoinKind = 'inner', as: string | null = null): PlanNode {
  return completeNode({ op: 'join', left, right, how, as });
}

export function joinOn(left: PlanNode, right: PlanNode, on: string, how: JoinKind = 'inner', as: string | null = null): PlanNode {
  return completeNode({ op: 'joinOn', left, right, on: [on], how, as });
}

export function gather(input: PlanNode, parent: PlanNode, aggregates: Readonly<Record<string, Aggregate>>): PlanNode {
  return completeNode({ op: 'gather', input, parent, aggregates });
}

export function agg(input: PlanNode, keys: readonly string[], aggregates: Readonly<Record<string, Aggregate>>): PlanNode {
  return completeNode({ op: 'agg', input, keys, aggregates });
}

export function lookup(input: PlanNode, key: string, as: string, missing: 'error' | 'null' = 'error'): PlanNode {
  const column = texts(['value']).value;
  if (column === undefined) throw new TypeError('texts gives a column for each name');
  const data = { readMany: () => [], write: () => 1, remove: () => false };
  return completeNode({ op: 'lookup', input, store: { name: 'names', key: column, value: column, data }, key, as, missing });
}

function texts(names: readonly string[]): ReturnType<typeof schemaOf> {
  const columns: Columns = Object.fromEntries(names.map((name) => [name, text]));
  return schemaOf(columns, 'spec');
}

function split(names: string): readonly string[] {
  return names.split(',').flatMap((name) => name.trim() || []);
}

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { FlowError, messageOf } from '../errors/flow-error.ts';
import { type Columns, describeValue, type Schema, schemaOf } from '../schema/column.ts';
import { checkOptions } from './options.ts';
import { type Fields, fieldsOf, makeStage, STAGE_FIELDS, type Stage, type StageOptions } from './stage.ts';
import { tensorNames } from './tensor-names.ts';

interface RemoteDefinition<I, O> extends Omit<StageOptions, 'replicas' | 'resource'> {
  readonly name: string;
  /** Where the server is, such as `http://triton:8000`. */
  readonly url: URL | string;
  /** What the server calls the model. */
  readonly model: string;
  /** Default: the one that the server prefers. */
  readonly version?: string | number | undefined;
  readonly input: I;
  readonly output: O;
  /** The model's tensor for a column, where it has another name. */
  readonly tensors?: { readonly [K in keyof I | keyof O]?: string } | undefined;
  /** Calls under way at a time at most, each on a connection of its own (default 8). */
  readonly connections?: number | undefined;
  /** Sent with every call, such as an authorization. They are never printed. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * A model of another server as a stage, called over the Open Inference Protocol v2 with binary tensors. Rows are the first dimension of
 * the model's tensors, and rows of several requests share a call up to `maxBatch`; a model without that dimension is called row by row.
 * A lost connection is tried again within the time of the request (not with `effects`, unless nothing was sent).
 * Errors: when it loads, MODEL_MISSING, MODEL_MISMATCH with a line for each difference, REMOTE_UNAVAILABLE; in a call, REMOTE_UNAVAILABLE where
 * the server is not there or asks to come back later, REMOTE_FAILED with what it said, REMOTE_INVALID for a reply that breaks the protocol.
 */
export function remote<const I extends Columns, const O extends Columns>(definition: RemoteDefinition<I, O>): Stage<I, O> {
  const fields = fieldsOf('remote', definition);
  const where = `remote "${String(fields.name)}"`;
  const known = STAGE_FIELDS.filter((name) => !NOT_HERE.includes(name));
  checkOptions(definition, [...known, 'url', 'model', 'version', 'input', 'output', 'tensors', 'connections', 'headers'], where);
  if (fields.runsOn === 'thread') {
    const hint = 'Leave out runsOn: the server computes, and the loop only moves bytes.';
    throw new FlowError('OPTION_INVALID', `${where}: a remote model is called from the event loop, not from a thread`, { hint });
  }
  const input = columnsOf(fields.input, `${where}: input`);
  const output = columnsOf(fields.output, `${where}: output`);
  const implementation = {
    kind: 'remote',
    url: serverUrl(fields.url, where),
    ...modelOf(fields, where),
    tensors: tensorNames(fields, where, [...Object.keys(input), ...Object.keys(output)]),
    connections: connectionsOf(fields.connections, where),
    headers: headersOf(fields.headers, where),
  } as const;
  return makeStage('remote', 'stage', { ...fields, runsOn: 'loop' }, implementation, { input, output }) as unknown as Stage<I, O>;
}

/** A model has no state of the user's, so there is nothing to set up; its replicas are the server's. */
const NOT_HERE: readonly string[] = ['setup', 'teardown', 'replicas', 'resource'];

function columnsOf(columns: unknown, where: string): Schema {
  const schema = schemaOf(columns, where);
  if (Object.keys(schema).length === 0) throw new FlowError('COLUMN_INVALID', `${where}: a model has at least one tensor here`);
  return schema;
}

function modelOf({ model, version }: Fields, where: string): { readonly model: string; readonly version: string | undefined } {
  if (!isName(model)) {
    throw new FlowError('STAGE_INVALID', `${where}: model must be the name of a model but is ${describeValue(model)}`);
  }
  const isVersion = version === undefined || Number.isSafeInteger(version) || isName(version);
  if (!isVersion)
    throw new FlowError('OPTION_INVALID', `${where}: version must be a string or a whole number but is ${describeValue(version)}`);
  return { model, version: version === undefined ? undefined : String(version) };
}

/** It is a part of paths, in which two dots would lead to another, and half of a character has no form. */
function isName(name: unknown): name is string {
  return typeof name === 'string' && !/^\.{0,2}$/.test(name) && !/\p{Surrogate}/u.test(name);
}

/** Plans, messages and logs show it, so it holds no secrets. */
function serverUrl(given: unknown, where: string): string {
  const text = given instanceof URL ? given.href : given;
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const shown = mayHoldSecrets(text) ? '' : `, but is ${describeValue(text)}`;
    throw new FlowError('STAGE_INVALID', `${where}: url must be an http or https URL, such as "http://127.0.0.1:8000"${shown}`, {
      hint: 'Write the url of the server with http:// or https:// in front; where an environment variable gives it, check that it is set.',
    });
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new FlowError('STAGE_INVALID', `${where}: url must have no user, password, query or fragment`, {
      hint: 'It is shown in plans and messages. Send a token as headers: { authorization: … }.',
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith('/v2') || path.includes('/v2/')) {
    throw new FlowError('STAGE_INVALID', `${where}: url must end before the path /v2 of the protocol, but is ${describeValue(url.href)}`, {
      hint: 'The rest of the path is made of model and version.',
    });
  }
  return `${url.origin}${path}`;
}

/** What is no URL may still hold a password or a token. */
function mayHoldSecrets(text: unknown): boolean {
  return typeof text === 'string' && /[@?#]/.test(text);
}

const DEFAULT_CONNECTIONS = 8;
const MAX_CONNECTIONS = 1024;

function connectionsOf(given: unknown, where: string): number {
  const connections = given ?? DEFAULT_CONNECTIONS;
  if (Number.isSafeInteger(connections) && Number(connections) >= 1 && Number(connections) <= MAX_CONNECTIONS) return Number(connections);
  throw new FlowError(
    'OPTION_INVALID',
    `${where}: connections must be a whole number from 1 to ${MAX_CONNECTIONS} but is ${describeValue(connections)}`,
  );
}

/** Those that say how the body is to be read are ours. */
const OURS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'inference-header-content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Messages name headers, and never tell their values. */
function headersOf(given: unknown, where: string): Readonly<Record<string, string>> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new FlowError('OPTION_INVALID', `${where}: headers must be an object of strings`);
  }
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), checkHeader(name, value, where)]);
  return Object.freeze(Object.fromEntries(entries));
}

function checkHeader(name: string, value: unknown, where: string): string {
  if (OURS.has(name.toLowerCase())) throw new FlowError('OPTION_INVALID', `${where}: the header "${name}" is set by FlowServe`);
  if (typeof value !== 'string') {
    throw new FlowError('OPTION_INVALID', `${where}: the header "${name}" must be a string but is ${kindOf(value)}`, {
      hint: value === undefined ? 'Is the environment variable that it comes from set?' : undefined,
    });
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new FlowError('OPTION_INVALID', `${where}: the header "${name}" cannot be sent: ${messageOf(cause)}`, { cause });
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

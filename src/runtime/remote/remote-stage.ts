import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import type { RemoteImplementation, StageSpec } from '../../plan/stage.ts';
import { decodeInferReply } from '../../protocol/open-inference/infer-reply.ts';
import { encodeInferRequest } from '../../protocol/open-inference/infer-request.ts';
import { chunksOf, type EncodedMessage, JSON_LENGTH_HEADER, jsonBytesOf } from '../../protocol/open-inference/message-body.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { packRows, rowUnpacker } from '../../wire/wire-rows.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { batched } from '../stages/batch-stage.ts';
import type { BuiltInStage, LoadContext } from '../stages/built-in-stage.ts';
import { type RemoteCall, racedBatch } from '../stages/raced-call.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import type { StageEnvironment } from '../stages/stage-runner.ts';
import { type Calls, checkRemote } from './check-remote.ts';
import { HttpClient, type HttpReply } from './http-client.ts';
import { type Layout, layoutOf, shapeKey } from './layout.ts';
import { modelPath, readModel, START_MS } from './read-model.ts';
import type { ServerNames } from './remote-errors.ts';
import { RemoteServer } from './remote-server.ts';
import { oneLine } from './reply-text.ts';

type Context = Pick<LoadContext, 'clock' | 'onOutput'>;

/** Opens connections to the server, waits until it has the model, and compares it with the columns. Errors: see `remote`. */
export async function loadRemote(
  stage: StageSpec,
  implementation: RemoteImplementation,
  { clock, onOutput }: Context,
  startMs = START_MS,
): Promise<BuiltInStage> {
  const { url, model, version } = implementation;
  const names = {
    stage: `remote "${stage.name}"`,
    model: `model "${model}"${version === undefined ? '' : ` version ${version}`} at ${url}`,
  };
  const client = await HttpClient.open(implementation);
  try {
    const remoteModel = await readModel({ client, implementation, names, clock, startMs });
    const calls = checkRemote(stage, implementation, remoteModel);
    const onNotice = (text: string): void => onOutput({ stage: stage.name, replica: 0, stream: 'stderr', text });
    return {
      // Not while the server does not answer: who is told that nothing is ready sends no more calls, and then none would find it again.
      isReady: true,
      runner: (environment) => remoteStage(environment, implementation, { client, names, calls, isBinary: remoteModel.isBinary, onNotice }),
      release: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

interface OpenServer {
  readonly client: HttpClient;
  readonly names: ServerNames;
  readonly calls: Calls;
  readonly isBinary: boolean;
  readonly onNotice: (text: string) => void;
}

/** Rows whose tensors have equal shapes share a call. */
function remoteStage(
  environment: StageEnvironment,
  implementation: RemoteImplementation,
  { client, names, calls, isBinary, onNotice }: OpenServer,
): RowsRunner {
  const { clock } = environment;
  const { timeoutMs, effects, input, output } = environment.spec;
  const server = new RemoteServer({ client, names, effects, timeoutMs, clock, onNotice, random: Math.random });
  const layout = layoutOf(implementation, output, calls);
  const unpack = unpacker(output, names, layout);
  const path = `${modelPath(implementation)}/infer`;
  const outputs = Object.keys(output).map(layout.tensorOf);
  const call: RemoteCall = async (rows, copy) => {
    copy.begins();
    const { scope } = copy;
    const inputs = packRows(input, rows).map(layout.sent);
    const { requestId: id } = scope;
    const span = scope.trace?.call(environment.spec.name);
    const replying = server.call((remainingMs) => {
      const message = encodeInferRequest({ id, inputs, outputs, isBinary, timeoutUs: microseconds(remainingMs) });
      return { method: 'POST', path, headers: { ...headersOf(message, id), ...span?.headers }, body: chunksOf(message) };
    }, scope);
    if (span !== undefined) replying.then(() => span.end(), span.end);
    const reply = await replying;
    return unpack(reply, rows.length);
  };
  const { connections } = implementation;
  // How busy the server is, is not known; but on one connection a copy would wait for the call.
  const capacityNow = () => (connections < 2 ? { replicas: connections, idle: 0 } : null);
  const options = { keyOf: shapeKey(input), maxBatch: calls.maxBatch, concurrency: connections };
  return batched(environment, { ...options, call: racedBatch(environment, call, capacityNow) });
}

function headersOf({ jsonBytes }: EncodedMessage, id: string | undefined): Readonly<Record<string, string>> {
  const named = id !== undefined && SENDABLE.test(id) ? { 'x-request-id': id } : {};
  if (jsonBytes === undefined) return { ...named, 'content-type': 'application/json' };
  return { ...named, 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(jsonBytes) };
}

/** What a header can hold; in the JSON an id may be any text. */
const SENDABLE = /^[\x21-\x7e]{1,1024}$/;

/** At least one: 0 would mean that there is no end. */
function microseconds(milliseconds: number): number | undefined {
  return Number.isFinite(milliseconds) ? Math.max(1, Math.ceil(milliseconds * 1000)) : undefined;
}

/** Makes rows of replies, which must be as many as were sent. Errors: REMOTE_INVALID saying what came. */
function unpacker(
  output: Schema,
  names: ServerNames,
  { tensorOf, received }: Layout,
): (reply: HttpReply, rows: number) => readonly AnyRow[] {
  const unpack = rowUnpacker(output);
  const columns = Object.keys(output).map((column) => ({ column, tensor: tensorOf(column) }));
  return ({ headers, body }, rows) => {
    try {
      refuseCompressed(headers['content-encoding']);
      const jsonBytes = jsonBytesOf(headers[JSON_LENGTH_HEADER] as string | undefined, body.length);
      const { outputs } = decodeInferReply(jsonBytes, body);
      const found: NamedTensor[] = [];
      for (const { column, tensor } of columns) {
        for (const given of outputs) if (given.name === tensor) found.push(received(column, given));
      }
      return unpack(found, rows);
    } catch (cause) {
      const problem = isFlowError(cause) ? cause.problem : messageOf(cause);
      throw new FlowError('REMOTE_INVALID', `${names.stage}: the reply of ${names.model} does not fit: ${oneLine(problem)}`, { cause });
    }
  };
}

function refuseCompressed(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  throw new FlowError('BODY_INVALID', `it is compressed (${encoding}), which was not asked for`);
}

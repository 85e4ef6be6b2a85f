import { FlowError } from '../../errors/flow-error.ts';
import { didYouMean } from '../../errors/suggest.ts';
import { decodeInferHead, type InferHead, inferRequestOf } from '../../protocol/open-inference/infer-request.ts';
import { type EncodedMessage, JSON_LENGTH_HEADER, jsonBytesOf, piecesOf } from '../../protocol/open-inference/message-body.ts';
import type { Asked, InferRequest } from '../../protocol/open-inference/messages.ts';
import { rawRequest } from '../../protocol/open-inference/raw-request.ts';
import { checkParameters, timeoutOf } from '../../protocol/open-inference/request-parameters.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { printNames } from '../../schema/fit.ts';
import { shortName } from '../../schema/json-value.ts';
import type { Deployment } from '../../serving/deployment.ts';
import { packColumn } from '../../wire/pack-column.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { type BodyHandler, type HttpRequest, type HttpResponse, headerOf } from '../http/exchange.ts';
import type { HttpLimits } from '../http/limits.ts';
import { requestTimeout } from '../http/request-timeout.ts';
import type { ServedPipelines } from '../http/served-pipelines.ts';
import { checkDepth } from './check-depth.ts';
import { checkTextDepth } from './check-text-depth.ts';
import { findModel, modelOf, type PipelineModel, VERSION } from './pipeline-model.ts';

/** What answering needs beside the request. */
export interface InferSettings {
  readonly pipelines: ServedPipelines;
  readonly limits: HttpLimits;
}

/** Answers a body that is not compressed. Everything that the headers alone decide comes before the body is read. */
export function infer({ pipelines, limits }: InferSettings, request: HttpRequest): BodyHandler {
  const { id: requestId, headers, name, signal } = request;
  checkAskable(pipelines, name);
  const headerTimeoutMs = requestTimeout(headers, limits.maxTimeoutMs);
  return (body) => {
    // Only now: while the body came, another deployment may have taken the place of the one that was there.
    const deployment = pipelines.deployment(name);
    const model = modelOf(deployment.plan);
    const { asked, inputs } = decode(model, request, body, limits.maxJsonDepth);
    const rows = readRows(model, inputs, limits);
    const timeoutMs = timeoutIn(asked, limits.maxTimeoutMs) ?? headerTimeoutMs;
    request.rows = rows.length;
    const answer = deployment.runValid(rows, { signal, timeoutMs, requestId, headers });
    // Where nothing had to wait, neither does the answer.
    if (isRows(answer)) return respond(model, asked, answer);
    return answer.then((answered) => respond(model, asked, answered));
  };
}

/** Errors: NOT_READY, and PIPELINE_UNKNOWN for what is no pipeline: a stage can be looked at, but not asked. */
function checkAskable(pipelines: ServedPipelines, name: string): void {
  if (pipelines.has(name)) {
    pipelines.deployment(name);
    return;
  }
  const { pipeline } = findModel(pipelines, name);
  throw new FlowError('PIPELINE_UNKNOWN', `"${name}" is a stage of the pipeline "${pipeline.plan.name}" and cannot be asked by itself`, {
    hint: `Ask the pipeline: POST /v2/models/${encodeURIComponent(pipeline.plan.name)}/infer.`,
  });
}

/** What is asked and of which tensors: what is asked is the same object where the JSON that says it is the same. */
interface Request {
  readonly asked: Asked;
  readonly inputs: InferRequest['inputs'];
}

function decode(model: PipelineModel, { headers, ownsBody }: HttpRequest, body: Buffer, maxJsonDepth: number): Request {
  const header = headerOf(headers, JSON_LENGTH_HEADER);
  const jsonBytes = jsonBytesOf(header, body.length);
  if (jsonBytes === 0 && header !== undefined) {
    const asked = rawRequest(model.metadata.inputs, body);
    return { asked, inputs: asked.inputs };
  }
  const head = model.heads.get(body, jsonBytes, () => readHead(model, body, jsonBytes, maxJsonDepth));
  return { asked: head, inputs: inferRequestOf(head, body, jsonBytes, ownsBody).inputs };
}

function readHead({ output }: PipelineModel, body: Buffer, jsonBytes: number, maxJsonDepth: number): InferHead {
  checkDepth(body, maxJsonDepth, jsonBytes);
  const head = decodeInferHead(jsonBytes, body);
  checkParameters(head.parameters);
  for (const { name } of head.outputs ?? []) if (!Object.hasOwn(output, name)) throw unknownOutput(name, output);
  return head;
}

function unknownOutput(name: string, schema: Schema): FlowError {
  const asked = shortName(name);
  return new FlowError(
    'TENSOR_INVALID',
    `there is no output "${asked}"${didYouMean(asked, Object.keys(schema))}; the outputs are ${printNames(schema)}`,
  );
}

/** Rows without columns have no tensor to count them: such a pipeline is given one. */
function readRows(
  { jsonInputs, unpack }: PipelineModel,
  inputs: InferRequest['inputs'],
  { maxRows, maxJsonDepth }: HttpLimits,
): readonly AnyRow[] {
  const rowCount = inputs[0]?.shape[0] ?? 1;
  if (rowCount > maxRows) throw new FlowError('ROWS_TOO_MANY', `the request has ${rowCount} rows; the limit maxRows is ${maxRows}`);
  if (jsonInputs.size > 0) checkTextDepth(jsonInputs, inputs, maxJsonDepth);
  return unpack(inputs, rowCount);
}

function timeoutIn({ parameters }: Asked, maxTimeoutMs: number): number | undefined {
  const timeoutMs = timeoutOf(parameters);
  return timeoutMs === undefined ? undefined : Math.min(timeoutMs, maxTimeoutMs);
}

function isRows(answer: ReturnType<Deployment['runValid']>): answer is readonly AnyRow[] {
  return Array.isArray(answer);
}

function respond({ plan, output, replies }: PipelineModel, asked: Asked, rows: readonly AnyRow[]): HttpResponse {
  const outputs: NamedTensor[] = [];
  for (const name in output) {
    const column = output[name];
    const isWanted = asked.outputs === undefined || asked.outputs.some((wanted) => wanted.name === name);
    if (column === undefined || !isWanted) continue;
    const { datatype, shape, bytes } = packColumn(column, name, rows);
    outputs.push({ name, datatype, shape, bytes });
  }
  const reply = { modelName: plan.name, modelVersion: VERSION, id: asked.id, outputs };
  return toResponse(replies.encode(asked, reply));
}

function toResponse(message: EncodedMessage): HttpResponse {
  const { jsonBytes } = message;
  const headers: HttpResponse['headers'] =
    jsonBytes === undefined ? JSON_HEADERS : { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(jsonBytes) };
  return { status: 200, headers, body: piecesOf(message) };
}
const JSON_HEADERS = { 'content-type': 'application/json' };

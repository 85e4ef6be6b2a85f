import { decodeTensorHeads, takeTensors, tensorText } from './body-tensors.ts';
import { decodeMessage, type EncodedMessage, encodeMessage } from './message-body.ts';
import type { InferReply } from './messages.ts';

/** The body of an answer; `isBinary` says by name which outputs follow the JSON as bytes. Errors: TENSOR_INVALID for one that has no form in JSON. */
export function encodeInferReply(
  { modelName, modelVersion, id, outputs }: InferReply,
  isBinary: (name: string) => boolean,
): EncodedMessage {
  const texts: string[] = [];
  const blobs: Uint8Array[] = [];
  for (const tensor of outputs) {
    const follows = isBinary(tensor.name);
    texts.push(tensorText(tensor, follows));
    if (follows) blobs.push(tensor.bytes);
  }
  const version = modelVersion === undefined ? '' : `,"model_version":${JSON.stringify(modelVersion)}`;
  const echo = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  return encodeMessage(`{"model_name":${JSON.stringify(modelName)}${version}${echo},"outputs":[${texts.join()}]}`, blobs);
}

/** Reads the answer of a server; `mayMove` as in `inferRequestOf`. Errors: BODY_INVALID, TENSOR_INVALID. */
export function decodeInferReply(jsonBytes: number, body: Buffer, mayMove = false): InferReply {
  const message = decodeMessage(jsonBytes, body);
  const { model_name: name, model_version: version, id } = message.value;
  return {
    modelName: typeof name === 'string' ? name : '',
    modelVersion: typeof version === 'string' ? version : undefined,
    id: typeof id === 'string' ? id : undefined,
    outputs: takeTensors('output', decodeTensorHeads('output', message), message, mayMove),
  };
}

/** What a server says went wrong: the text of `{"error": text}`, else the start of whatever it sent. */
export function errorTextOf(body: Buffer): string {
  const text = body.subarray(0, MAX_ERROR_BYTES).toString('utf8').trim();
  try {
    const value = JSON.parse(text) as { readonly error?: unknown } | null;
    if (typeof value?.error === 'string') return value.error;
    if (value?.error !== undefined) return JSON.stringify(value.error);
  } catch {
    // No JSON, or cut off: said as it is.
  }
  return text === '' ? 'the answer is empty' : `the answer is "${text.slice(0, MAX_QUOTED)}"`;
}
const MAX_ERROR_BYTES = 16_384;
const MAX_QUOTED = 200;

import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';
import { shortName } from '../../schema/json-value.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { decodeTensorHeads, refuseSharedMemory, type TensorHead, takeTensors, tensorText } from './body-tensors.ts';
import { type DecodedMessage, decodeMessage, type EncodedMessage, encodeMessage, malformed } from './message-body.ts';
import type { Asked, InferRequest, Parameters, RequestedOutput } from './messages.ts';

/** A request as a client makes it. */
export interface RequestToSend {
  readonly inputs: readonly NamedTensor[];
  /** Undefined: all that the model has. */
  readonly outputs?: readonly string[] | undefined;
  readonly id?: string | undefined;
  /** How long the server may take, in microseconds, as servers of the protocol read it. */
  readonly timeoutUs?: number | undefined;
  /** False: all is JSON, both ways, for servers without the extension binary_tensor_data. */
  readonly isBinary: boolean;
}

/** The body of an infer request. Errors: TENSOR_INVALID for a tensor that has no form in JSON. */
export function encodeInferRequest({ inputs, outputs, id, timeoutUs, isBinary }: RequestToSend): EncodedMessage {
  const parameters = { timeout: timeoutUs, binary_data_output: isBinary || undefined };
  const fields = [
    ...(id === undefined ? [] : [`"id":${JSON.stringify(id)}`]),
    `"parameters":${JSON.stringify(parameters)}`,
    `"inputs":[${inputs.map((tensor) => tensorText(tensor, isBinary)).join()}]`,
    ...(outputs === undefined ? [] : [`"outputs":[${outputs.map((name) => outputText(name, isBinary)).join()}]`]),
  ];
  return encodeMessage(`{${fields.join()}}`, isBinary ? inputs.map(({ bytes }) => bytes) : []);
}

/** Servers differ in whether the flag of the request counts beside a list of outputs. */
function outputText(name: string, isBinary: boolean): string {
  return JSON.stringify({ name, parameters: isBinary ? { binary_data: true } : undefined });
}

/** What the JSON of an infer request says, without the bytes that may follow it. */
export interface InferHead extends Asked {
  readonly inputs: readonly TensorHead[];
}

/**
 * Reads the JSON of an infer request: the first `jsonBytes` of its body, whose depth the caller has bounded. Errors: BODY_INVALID, TENSOR_INVALID,
 * EXTENSION_UNSUPPORTED. An empty id is none, as load generators send it, and so is null, which clients send for whatever is absent.
 */
export function decodeInferHead(jsonBytes: number, body: Buffer): InferHead {
  const message = decodeMessage(jsonBytes, body);
  const { id, parameters } = message.value;
  if (!isAbsent(id) && typeof id !== 'string') throw malformed(`"id" must be a string but is ${describeValue(id)}`);
  return {
    id: isAbsent(id) || id === '' ? undefined : id,
    parameters: objectOf('"parameters"', parameters),
    inputs: decodeTensorHeads('input', message),
    outputs: decodeOutputs(message),
  };
}

/**
 * The request with its tensors. Where nobody else has the body, `mayMove` lets tensors be moved in it rather than copied. Errors: TENSOR_INVALID,
 * BODY_INVALID.
 */
export function inferRequestOf(head: InferHead, body: Buffer, jsonBytes: number, mayMove = false): InferRequest {
  const { id, parameters, outputs } = head;
  return { id, parameters, outputs, inputs: takeTensors('input', head.inputs, { body, jsonBytes }, mayMove) };
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function decodeOutputs({ value }: DecodedMessage): readonly RequestedOutput[] | undefined {
  const { outputs } = value;
  if (isAbsent(outputs)) return undefined;
  if (!Array.isArray(outputs)) throw malformed(`"outputs" must be an array but is ${describeValue(outputs)}`);
  return outputs.length === 0 ? undefined : outputs.map(decodeOutput);
}

function decodeOutput(output: unknown, index: number): RequestedOutput {
  const { name, parameters: given } = objectOf(`output ${index}`, output);
  if (typeof name !== 'string') throw malformed(`output ${index} must have a name but its name is ${describeValue(name)}`);
  const known = `output "${shortName(name)}"`;
  const parameters = objectOf(`the parameters of ${known}`, given);
  refuseSharedMemory(known, parameters);
  if (!isAbsent(parameters.classification)) {
    throw new FlowError('EXTENSION_UNSUPPORTED', `${known} is asked for as a classification, which is not served`);
  }
  return { name, isBinary: booleanOf(`binary_data of ${known}`, parameters.binary_data) };
}

/** A flag of a request, or undefined where it is not there. BODY_INVALID for anything but true and false. */
export function booleanOf(what: string, value: unknown): boolean | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'boolean') return value;
  throw malformed(`${what} must be true or false but is ${describeValue(value)}`);
}

function objectOf(what: string, value: unknown): Parameters {
  if (isAbsent(value)) return NONE;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Parameters;
  throw malformed(`${what} must be an object but is ${describeValue(value)}`);
}
const NONE: Parameters = Object.freeze({});

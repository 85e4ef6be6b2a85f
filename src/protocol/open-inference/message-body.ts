import { isUtf8 } from 'node:buffer';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';

/** The header that says how many bytes of a body are JSON; the bytes of binary tensors follow them. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** A message ready to be sent: its text, and then the bytes of its binary tensors in order, so that nobody has to copy them into one. */
export interface EncodedMessage {
  readonly text: string;
  readonly blobs: readonly Uint8Array[];
  readonly byteLength: number;
  /** What the header `JSON_LENGTH_HEADER` says; undefined where all is JSON and the header is left out. */
  readonly jsonBytes: number | undefined;
}

/** A body taken apart. */
export interface DecodedMessage {
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
  /** Where in the body the bytes of tensors begin. */
  readonly jsonBytes: number;
}

/** Puts the text of a message, `textBytes` long, before the bytes of its binary tensors. */
export function encodeMessage(text: string, blobs: readonly Uint8Array[], textBytes = Buffer.byteLength(text)): EncodedMessage {
  let byteLength = textBytes;
  for (const { length } of blobs) byteLength += length;
  return { text, blobs, byteLength, jsonBytes: blobs.length === 0 ? undefined : textBytes };
}

/** The parts of a message as bytes, in one where they are few. */
export function chunksOf(message: EncodedMessage): readonly Uint8Array[] {
  return message.byteLength > FEW_BYTES ? [Buffer.from(message.text), ...message.blobs] : [wholeBody(message)];
}

/** The same with the text as text, which a transport may write together with its own head. */
export function piecesOf({ text, blobs }: EncodedMessage): readonly (string | Uint8Array)[] {
  return [text, ...blobs];
}
/** So few cost less to copy than to send in pieces. */
const FEW_BYTES = 2_048;

/** The message in one piece. */
export function wholeBody({ text, blobs, byteLength }: EncodedMessage): Buffer {
  const whole = Buffer.allocUnsafe(byteLength);
  let at = whole.write(text);
  for (const blob of blobs) {
    whole.set(blob, at);
    at += blob.length;
  }
  return whole;
}

/** How many bytes of a body are JSON; all of them where the header is absent. BODY_INVALID. */
export function jsonBytesOf(header: string | undefined, bodyBytes: number): number {
  if (header === undefined) return bodyBytes;
  const length = DIGITS.test(header) ? Number(header) : -1;
  if (length >= 0 && length <= bodyBytes) return length;
  throw new FlowError(
    'BODY_INVALID',
    `the header Inference-Header-Content-Length must be a whole number from 0 to ${bodyBytes}, the bytes of the body, but is ${describeValue(header)}`,
    { hint: 'Say how many bytes of the body are JSON, not counting the tensors after it, nor compression.' },
  );
}
const DIGITS = /^\d{1,15}$/;

/** Parses the JSON of a body, whose depth the caller has bounded. BODY_INVALID. */
export function decodeMessage(jsonBytes: number, body: Buffer): DecodedMessage {
  if (jsonBytes === 0) throw malformed('the body is empty');
  const text = body.toString('utf8', 0, jsonBytes);
  // What is not UTF-8 has become this character, which may have been sent as well.
  if (text.includes('\ufffd') && !isUtf8(body.subarray(0, jsonBytes))) throw malformed('the JSON of the body is not valid UTF-8');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`the JSON of the body must be an object but is ${describeValue(value)}`);
  }
  return { text, value: value as DecodedMessage['value'], body, jsonBytes };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(`the body is not JSON: ${messageOf(cause)}`, cause);
  }
}

/** The error of a body that is no message of the protocol. */
export function malformed(problem: string, cause?: unknown): FlowError {
  return new FlowError('BODY_INVALID', problem, {
    cause,
    hint: 'Send {"inputs":[{"name","shape","datatype","data"}]}; see docs/protocol.md.',
  });
}

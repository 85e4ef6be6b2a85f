import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { keepsEveryRow } from '../../plan/traverse.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import { ownBytes, shortName } from '../../schema/json-value.ts';
import { type RowWriter, rowWriter } from '../../schema/json-writer.ts';
import { type HttpHeaders, type HttpResponse, headerOf, jsonText } from './exchange.ts';
import type { HttpLimits } from './limits.ts';
import { accepts, charsetOf, isJson, mediaTypeOf } from './media-type.ts';
import { type RequestRows, rowsReader } from './request-rows.ts';

/** How the requests and answers of one pipeline stand in HTTP: made once, without a transport. */
export interface PipelineCodec {
  /** Refuses what no body could make right: MEDIA_UNSUPPORTED. */
  checkHeaders(headers: HttpHeaders): void;
  readRows(headers: HttpHeaders, body: Buffer): RequestRows;
  respond(rows: readonly AnyRow[], isOne: boolean, headers: HttpHeaders): HttpResponse;
}

export const RAW = 'application/octet-stream';

export function pipelineCodec(plan: LogicalPlan, limits: HttpLimits): PipelineCodec {
  const rawInput = onlyBytesColumn(plan.input);
  const rawOutput = onlyBytesColumn(plan.output.columns);
  const readJson = rowsReader(plan.input, limits);
  const write = rowWriter(plan.output.columns);
  const givesOne = keepsEveryRow(plan.output);
  return {
    checkHeaders(headers) {
      checkEncoding(headers);
      const contentType = headerOf(headers, 'content-type');
      if (isJson(mediaTypeOf(contentType))) return checkCharset(contentType ?? '');
      if (rawInput === undefined) throw notJson(plan.name, contentType);
      if (mediaTypeOf(contentType)?.startsWith('multipart/') === true) throw multipart();
    },
    readRows(headers, body) {
      if (rawInput === undefined || isJson(mediaTypeOf(headerOf(headers, 'content-type')))) return readJson(body);
      return { rows: [{ [rawInput]: ownBytes(body) }], isOne: true };
    },
    respond(rows, isOne, headers) {
      const raw = rawOutput === undefined || rows.length !== 1 ? undefined : rows[0]?.[rawOutput];
      if (raw instanceof Uint8Array && accepts(headerOf(headers, 'accept'), RAW)) return rawResponse(raw);
      try {
        return jsonText(isOne && givesOne && rows[0] !== undefined ? `{"row":${write(rows[0])}}` : `{"rows":[${writeAll(rows, write)}]}`);
      } catch (cause) {
        throw notWritten(cause);
      }
    },
  };
}

/** The name of a schema's only column where that is one of bytes: it needs no JSON around it. */
export function onlyBytesColumn(schema: Schema): string | undefined {
  const [[name, column] = [], ...others] = Object.entries(schema);
  return others.length === 0 && column?.kind === 'bytes' ? name : undefined;
}

function rawResponse(bytes: Uint8Array): HttpResponse {
  return { status: 200, headers: { 'content-type': RAW }, body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** The rows' texts with commas between them. */
function writeAll(rows: readonly AnyRow[], write: RowWriter): string {
  let text = '';
  for (const row of rows) text += text === '' ? write(row) : `,${write(row)}`;
  return text;
}

/** A value of a json column may be anything a stage returns, also what JSON cannot hold: a cycle, a bigint. */
function notWritten(cause: unknown): FlowError {
  return new FlowError('OUTPUT_INVALID', `the answer cannot be written as JSON: ${messageOf(cause)}`, {
    cause,
    hint: 'Return plain data in json columns: no cycles and no bigints.',
  });
}

function checkEncoding(headers: HttpHeaders): void {
  const encoding = headerOf(headers, 'content-encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new FlowError('MEDIA_UNSUPPORTED', 'the body must not be encoded, but there is a header content-encoding', {
    hint: 'Send the body as it is, without compressing it.',
  });
}

function checkCharset(contentType: string): void {
  const charset = charsetOf(contentType);
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return;
  throw new FlowError('MEDIA_UNSUPPORTED', 'JSON must be UTF-8, but the content type names another charset');
}

function notJson(pipeline: string, contentType: string | undefined): FlowError {
  const found = contentType === undefined ? 'the request has no content type' : `the content type is "${shortName(contentType)}"`;
  return new FlowError('MEDIA_UNSUPPORTED', `the pipeline "${pipeline}" takes application/json, but ${found}`);
}

/** Its parts and boundaries would be taken for the bytes themselves. */
function multipart(): FlowError {
  return new FlowError('MEDIA_UNSUPPORTED', 'the pipeline takes the bytes alone, not a multipart form', {
    hint: 'Send the file as the body: curl --data-binary @FILE',
  });
}

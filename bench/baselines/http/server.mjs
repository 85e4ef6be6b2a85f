// @ts-check
// A pipeline of two functions over bare node:http, as one would write it by hand: no framework, no log.
import { createServer } from 'node:http';

/**
 * @typedef {{ id: number, label: string, scores: readonly number[] }} Row
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 */

const MAX_BODY_BYTES = 32 * 2 ** 20;

const server = createServer((request, response) => {
  if (request.method !== 'POST' || request.url !== '/pipelines/no-op/run') return refuse(response, 404, 'there is no such route');
  if (request.headers['content-type'] !== 'application/json') return refuse(response, 415, 'the body must be application/json');
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return refuse(response, 413, 'the body is too large');
  readBody(request, response);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`serving at http://127.0.0.1:${address?.port}`);
});

/**
 * @param {Request} request
 * @param {Response} response
 */
function readBody(request, response) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  request.on('data', (/** @type {Buffer} */ chunk) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (length > MAX_BODY_BYTES) return refuse(response, 413, 'the body is too large');
    // Most bodies come in one piece, which then need not be copied.
    const bytes = chunks.length === 1 ? /** @type {Buffer} */ (chunks[0]) : Buffer.concat(chunks, length);
    answer(response, bytes);
  });
}

/**
 * One row is answered by `{"row":…}`, an object of rows by `{"rows":[…]}`.
 * @param {Response} response
 * @param {Buffer} bytes
 */
function answer(response, bytes) {
  /** @type {any} */
  let body;
  try {
    body = JSON.parse(bytes.toString());
  } catch {
    return refuse(response, 400, 'the body is not JSON');
  }
  if (Array.isArray(body?.rows)) {
    if (!body.rows.every(isRow)) return refuse(response, 400, 'a row does not have its columns');
    return send(response, 200, JSON.stringify({ rows: body.rows.map(run) }));
  }
  if (!isRow(body)) return refuse(response, 400, 'the row does not have its columns');
  send(response, 200, JSON.stringify({ row: run(body) }));
}

/** @param {any} value */
function isRow(value) {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 3) return false;
  const { id, label, scores } = value;
  return Number.isInteger(id) && typeof label === 'string' && Array.isArray(scores) && scores.every(isNumber);
}

/** @param {unknown} value */
function isNumber(value) {
  return typeof value === 'number';
}

/**
 * @param {Row} row
 * @returns {Row}
 */
function run(row) {
  return second(first(row));
}

/** @param {Row} row */
function first({ id, label, scores }) {
  return { id, label, scores };
}

/** @param {Row} row */
function second({ id, label, scores }) {
  return { id, label, scores };
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} message
 */
function refuse(response, status, message) {
  send(response, status, JSON.stringify({ error: message }));
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} text
 */
function send(response, status, text) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

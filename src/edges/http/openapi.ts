import { type Code, codes } from '../../errors/codes.ts';
import type { LogicalPlan } from '../../plan/node.ts';
import { keepsEveryRow } from '../../plan/traverse.ts';
import { exampleRow } from '../../schema/example-row.ts';
import { type JsonSchema, rowJsonSchema } from '../../schema/json-schema.ts';
import { onlyBytesColumn, RAW } from './pipeline-codec.ts';

/**
 * The public listener as an OpenAPI 3.1 document: each pipeline with its own schemas, and every error it may answer. Its paths are
 * below `basePath`.
 */
export function openApi(plans: readonly LogicalPlan[], basePath = ''): JsonSchema {
  return {
    openapi: '3.1.0',
    info: { title: 'FlowServe', version: '1', description: 'Inference pipelines; all times are in milliseconds.' },
    ...(basePath === '' ? {} : { servers: [{ url: basePath }] }),
    paths: {
      ...Object.fromEntries(plans.flatMap((plan) => [runPath(plan), describePath(plan)])),
      '/pipelines': { get: operation('listPipelines', 'The names of the pipelines.', names) },
      '/openapi.json': { get: operation('getOpenApi', 'This document.', { type: 'object' }) },
      '/health/live': {
        get: { ...operation('isLive', 'Whether the process runs.', flag('live')), responses: { 200: json(flag('live'), 'It runs.') } },
      },
      '/health/ready': {
        get: {
          operationId: 'isReady',
          summary: 'Whether requests are taken.',
          responses: { 200: json(flag('ready'), 'They are.'), 503: json(flag('ready'), 'The server is starting or shutting down.') },
        },
      },
    },
    components: { schemas: { Error: errorSchema }, responses: errorResponses() },
  };
}

const names: JsonSchema = {
  type: 'object',
  properties: { pipelines: { type: 'array', items: { type: 'string' } } },
  required: ['pipelines'],
};

function flag(name: string): JsonSchema {
  return { type: 'object', properties: { [name]: { type: 'boolean' } }, required: [name] };
}

function describePath({ name }: LogicalPlan): [string, JsonSchema] {
  return [`/pipelines/${name}`, { get: operation(`describe_${name}`, `The schema of the pipeline "${name}".`, { type: 'object' }) }];
}

function runPath(plan: LogicalPlan): [string, JsonSchema] {
  const { name } = plan;
  const post = {
    operationId: `run_${name}`,
    summary: `Runs the pipeline "${name}" over the rows of the request.`,
    parameters: [
      { name: 'x-timeout-ms', in: 'header', schema: { type: 'integer', minimum: 1 }, description: 'How long the request may take.' },
      {
        name: 'x-request-id',
        in: 'header',
        schema: { type: 'string', maxLength: 128 },
        description: 'Given back with the answer and in the log.',
      },
    ],
    requestBody: { required: true, content: requestContent(plan) },
    responses: { 200: { description: 'The output rows.', content: responseContent(plan) }, ...references(runStatuses) },
  };
  return [`/pipelines/${name}/run`, { post }];
}

function requestContent({ input }: LogicalPlan): JsonSchema {
  const row = rowJsonSchema(input);
  const body = { schema: { anyOf: [rowsOf(row), row] }, example: { rows: [exampleRow(input)] } };
  return { 'application/json': body, ...(onlyBytesColumn(input) === undefined ? {} : { [RAW]: {} }) };
}

function responseContent({ output }: LogicalPlan): JsonSchema {
  const row = rowJsonSchema(output.columns);
  const one = { type: 'object', properties: { row }, required: ['row'], description: 'The answer to one row object.' };
  const schema = keepsEveryRow(output) ? { anyOf: [rowsOf(row), one] } : rowsOf(row);
  return { 'application/json': { schema }, ...(onlyBytesColumn(output.columns) === undefined ? {} : { [RAW]: {} }) };
}

function rowsOf(row: JsonSchema): JsonSchema {
  return { type: 'object', properties: { rows: { type: 'array', items: row } }, required: ['rows'], additionalProperties: false };
}

function operation(operationId: string, summary: string, schema: JsonSchema): JsonSchema {
  return { operationId, summary, responses: { 200: json(schema, 'The answer.'), ...references([404, 503]) } };
}

function json(schema: JsonSchema, description: string): JsonSchema {
  return { description, content: { 'application/json': { schema } } };
}

/** 405 cannot come from the operations described, and 499 reaches nobody. */
const runStatuses = [400, 404, 408, 413, 415, 417, 429, 431, 500, 503, 504];

function references(statuses: readonly number[]): JsonSchema {
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));
}

function errorResponses(): JsonSchema {
  const statuses = [...new Set(Object.values(codes).map(({ http }) => http))].sort();
  return Object.fromEntries(statuses.map((status) => [`Error${status}`, errorResponseOf(status)]));
}

function errorResponseOf(status: number): JsonSchema {
  const wanted = (Object.keys(codes) as Code[]).filter((code) => codes[code].http === status);
  const response = json({ $ref: '#/components/schemas/Error' }, `One of the codes ${wanted.join(', ')}.`);
  if (status !== 429 && status !== 503) return response;
  return { ...response, headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds to wait before trying again.' } } };
}

const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { enum: Object.keys(codes) },
        message: { type: 'string', description: 'What was found and what would fit.' },
        hint: { type: 'string', description: 'What to do.' },
      },
      required: ['code', 'message', 'hint'],
    },
  },
  required: ['error'],
};

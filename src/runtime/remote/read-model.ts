import { FlowError } from '../../errors/flow-error.ts';
import type { RemoteImplementation } from '../../plan/stage.ts';
import type { Clock } from '../clock.ts';
import type { HttpClient, HttpReply } from './http-client.ts';
import { hintFor, type ServerNames } from './remote-errors.ts';
import { describeModel, type RemoteModel } from './remote-model.ts';
import { errorText, isUntrusted, lossText } from './reply-text.ts';

export interface ModelReader {
  readonly client: Pick<HttpClient, 'send'>;
  readonly implementation: RemoteImplementation;
  readonly names: ServerNames;
  readonly clock: Clock;
  /** How long to wait for a server that is not ready yet. */
  readonly startMs: number;
}

/** Long enough for a server that is started beside this one, short enough for who waits for the start. */
export const START_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1000;

/** Below the url of the server. */
export function modelPath({ model, version }: RemoteImplementation): string {
  return `/v2/models/${encodeURIComponent(model)}${version === undefined ? '' : `/versions/${encodeURIComponent(version)}`}`;
}

/**
 * Reads what the server says of the model, once it says that both are ready; asks again for at most `startMs`.
 * Errors: REMOTE_UNAVAILABLE with what was tried and last seen, MODEL_MISSING, REMOTE_INVALID for what does not describe a model.
 */
export async function readModel(reader: ModelReader): Promise<RemoteModel> {
  const { clock, startMs, names } = reader;
  const untilMs = clock.now() + startMs;
  for (let tries = 1, pauseMs = FIRST_PAUSE_MS; ; tries++, pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    const found = await readOnce(reader, untilMs);
    if (typeof found !== 'string') return found;
    if (clock.now() + pauseMs >= untilMs) {
      const problem = `${names.stage}: ${names.model} was not ready within ${startMs / 1000} s; it was asked ${tries === 1 ? 'once' : `${tries} times`}; last: ${found}`;
      throw new FlowError('REMOTE_UNAVAILABLE', problem, {
        hint: 'Start the server first, or beside this one; check that the url reaches it.',
      });
    }
    await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
  }
}

/** What it is, or why not yet. */
async function readOnce(reader: ModelReader, untilMs: number): Promise<RemoteModel | string> {
  const path = modelPath(reader.implementation);
  const ready = await get(reader, '/v2/health/ready', untilMs);
  if (typeof ready === 'string') return ready;
  // Some put a proxy in front that passes models alone.
  if (ready.status !== 200 && ready.status !== 404) return `its health check answered ${ready.status}`;
  const metadata = await get(reader, path, untilMs);
  if (typeof metadata === 'string') return metadata;
  if (metadata.status !== 200) return notThere(reader, metadata);
  const isReady = await get(reader, `${path}/ready`, untilMs);
  if (typeof isReady === 'string') return isReady;
  if (isReady.status !== 200) return `the model is not ready: it answered ${isReady.status}: ${errorText(isReady)}`;
  const server = await get(reader, '/v2', untilMs);
  if (typeof server === 'string') return server;
  const config = await get(reader, `${path}/config`, untilMs);
  if (typeof config === 'string') return config;
  return describeModel(reader.names, { metadata, server, config });
}

/** A server that is busy may have the model later; another answer is its last word. */
function notThere({ names, implementation: { model } }: ModelReader, reply: HttpReply): string {
  const { status } = reply;
  const said = `it answered ${status}: ${errorText(reply)}`;
  if (status === 429 || status >= 502) return said;
  // Triton says 400 of a model that it does not have.
  if (status !== 404 && status !== 400) {
    throw new FlowError('REMOTE_FAILED', `${names.stage}: ${names.model} cannot be read; ${said}`, { hint: hintFor(status) });
  }
  throw new FlowError('MODEL_MISSING', `${names.stage}: the server has no ${names.model}; ${said}`, {
    hint: `Check the name "${model}" and its version, and that url is where the server's path /v2 is.`,
  });
}

/** One request, which ends with the time for the start. */
async function get({ client, clock, names }: ModelReader, path: string, untilMs: number): Promise<HttpReply | string> {
  const exchange = client.send({ method: 'GET', path, headers: {} });
  const disarm = clock.after(untilMs - clock.now(), () => exchange.giveUp());
  const outcome = await exchange.outcome;
  disarm();
  switch (outcome.kind) {
    case 'reply':
      return outcome.reply;
    case 'lost':
      if (isUntrusted(outcome.cause)) throw untrusted(names, outcome.cause);
      return lossText(outcome.cause);
    case 'broken':
      return `its reply cannot be read: ${outcome.problem}`;
    case 'givenUp':
      return `it did not answer GET ${path}`;
  }
}

function untrusted({ stage, model }: ServerNames, cause: Error): FlowError {
  return new FlowError('REMOTE_UNAVAILABLE', `${stage}: the certificate of ${model} is not trusted: ${lossText(cause)}`, {
    cause,
    hint: 'Start Node with NODE_EXTRA_CA_CERTS=FILE, the certificate of who has signed it; check the name in the url.',
  });
}

import { FlowError, messageOf, toFlowError } from '../../../errors/flow-error.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import type { LoadedProgram } from '../../../program/load-pipelines.ts';
import { Deployment, type DeploymentStatistics } from '../../../serving/deployment.ts';
import type { CommandInput } from '../input.ts';
import type { Send } from './load.ts';

/** What requests are sent to. */
export interface Target {
  /** Such as `in this process`. */
  readonly place: string;
  readonly send: Send;
  /** Sends one request and throws its error. */
  probe(): Promise<void>;
  /** Null where they are another process's. */
  statistics(): DeploymentStatistics | null;
  close(): Promise<void>;
}

interface HowToRun {
  readonly workers: number;
  readonly timeoutMs: number | undefined;
}

/** A pipeline that is started for it in this process. */
export async function startTarget(
  { program }: LoadedProgram,
  plan: LogicalPlan,
  { rows }: CommandInput,
  { workers, timeoutMs }: HowToRun,
): Promise<Target> {
  const deployment = await Deployment.start(plan, { program: program.url, workers });
  const options = { timeoutMs };
  return {
    place: `in this process, with ${workers} worker${workers === 1 ? '' : 's'} for each task on threads`,
    send: () => deployment.run(rows, options).then(noCode, codeOf),
    probe: async () => void (await deployment.run(rows, options)),
    statistics: () => deployment.statistics(),
    close: () => deployment.close(),
  };
}

/** A server that runs already. Errors: ADDRESS_INVALID; those the server answers. */
export function remoteTarget(
  server: string,
  plan: LogicalPlan,
  { body, contentType }: CommandInput,
  timeoutMs: number | undefined,
): Target {
  const url = addressOf(server, plan.name);
  const headers = { 'content-type': contentType, ...(timeoutMs === undefined ? {} : { 'x-timeout-ms': String(timeoutMs) }) };
  const post = async (): Promise<void> => {
    const response = await fetch(url, { method: 'POST', headers, body }).catch((cause: unknown) => {
      throw unreachable(server, cause);
    });
    const answer = await response.arrayBuffer();
    if (!response.ok) throw answeredError(response.status, Buffer.from(answer).toString());
  };
  return { place: `at ${server}`, send: () => post().then(noCode, codeOf), probe: post, statistics: () => null, close: async () => {} };
}

const noCode = (): undefined => undefined;

function codeOf(error: unknown): string {
  return toFlowError(error).code;
}

function addressOf(server: string, pipeline: string): URL {
  if (/^https?:\/\//.test(server) && URL.canParse(server)) return new URL(`${server.replace(/\/+$/, '')}/pipelines/${pipeline}/run`);
  throw new FlowError('OPTION_INVALID', `--url must be the address of a server but is ${JSON.stringify(server)}`, {
    hint: 'Give it as flowserve serve prints it, such as --url http://127.0.0.1:8080.',
  });
}

/** Nobody answers at the address. */
export function unreachable(server: string, cause: unknown): FlowError {
  const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return new FlowError('ADDRESS_INVALID', `no answer from ${server}: ${messageOf(reason)}`, {
    cause,
    hint: 'Start the server with flowserve serve FILE, or leave out --url to run the pipeline here.',
  });
}

/** The server's own words where it is one of ours. */
export function answeredError(status: number, text: string): FlowError {
  const { code, message, hint } = errorIn(text);
  if (code === undefined) return new FlowError('ADDRESS_INVALID', `the server answered ${status}, and not as FlowServe does`);
  return new FlowError(code as FlowError['code'], message ?? '', { hint });
}

function errorIn(text: string): { readonly code?: string; readonly message?: string; readonly hint?: string } {
  try {
    return (JSON.parse(text) as { readonly error?: object }).error ?? {};
  } catch {
    return {};
  }
}

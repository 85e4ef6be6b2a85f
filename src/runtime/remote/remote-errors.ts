import { FlowError } from '../../errors/flow-error.ts';
import type { HttpReply } from './http-client.ts';
import { oneLine } from './reply-text.ts';

/** How messages name a stage and its model. */
export interface ServerNames {
  /** `remote "small"` */
  readonly stage: string;
  /** `model "net" at http://triton:8000` */
  readonly model: string;
}

/** Why one attempt has no answer, where another may. */
export interface Failure {
  readonly problem: string;
  readonly isSent: boolean;
  readonly isRetried: boolean;
  readonly retryAfterMs: number | undefined;
  readonly cause?: Error;
}

/** The error of a status that another attempt would see again. */
export function refusal({ stage, model }: ServerNames, { status, headers }: HttpReply, said: string): FlowError {
  if (status >= 300 && status < 400) {
    const problem = `${stage}: ${model} answered ${status}, a redirect to ${placeOf(headers.location)}, which is not followed`;
    return new FlowError('REMOTE_INVALID', problem, { hint: 'Give the url that the server is at.' });
  }
  if (status === 504) return new FlowError('DEADLINE_EXCEEDED', `${stage}: ${model} was not done in time; ${said}`);
  return new FlowError('REMOTE_FAILED', `${stage}: ${model} failed; ${said}`, { hint: hintFor(status) });
}

/** What to do about a status, where it says more than that the server has failed. */
export function hintFor(status: number): string | undefined {
  return status === 401 || status === 403 ? 'Send what the server asks for: headers: { authorization: … }.' : undefined;
}

/** Where a redirect goes, without what may be secret in it. */
function placeOf(location: string | undefined): string {
  return location === undefined ? 'nowhere' : oneLine(location.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//'));
}

/** The error of a call for which there are no attempts left. */
export function unavailable(
  { stage, model }: ServerNames,
  { problem, isSent, retryAfterMs: waitMs, cause }: Failure,
  { attempts, effects }: { readonly attempts: number; readonly effects: boolean },
): FlowError {
  const tries = attempts === 1 ? '' : ` after ${attempts} attempts`;
  const once = effects && isSent ? '; it is not tried again, since it has effects and may have been done' : '';
  const text = `${stage}: no answer of ${model}${tries}: ${problem}${once}`;
  return new FlowError('REMOTE_UNAVAILABLE', text, { cause, retryAfterMs: Math.max(1000, waitMs ?? 0) });
}

import { FlowError } from '../../errors/flow-error.ts';
import type { Clock } from '../clock.ts';
import type { RequestScope } from '../request-scope.ts';
import { admit, afterAnswer, afterFailure, afterNothing, type Breaker, closed } from './breaker.ts';
import type { Exchange, HttpClient, HttpOutcome, HttpReply, HttpRequest } from './http-client.ts';
import { type Failure, refusal, type ServerNames, unavailable } from './remote-errors.ts';
import { errorText, lossText } from './reply-text.ts';
import { retryAfterMs, retryDelayMs } from './retry.ts';

export interface RemoteServerOptions {
  readonly client: Pick<HttpClient, 'send'>;
  /** How messages name the stage, its model and the server. */
  readonly names: ServerNames;
  readonly effects: boolean;
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
  /** Hears when the server is given up, and when it answers again. */
  readonly onNotice: (text: string) => void;
}

/** Makes the request of one attempt, which has so much time left. */
export type RequestOf = (remainingMs: number) => HttpRequest;

/**
 * Calls one server: tries again what was lost, within the time of the request, and calls no more for a while where it does not answer.
 * Errors: REMOTE_UNAVAILABLE, REMOTE_FAILED with what the server said, REMOTE_INVALID, DEADLINE_EXCEEDED.
 */
export class RemoteServer {
  readonly #options: RemoteServerOptions;
  #breaker: Breaker = closed;
  /** What was last seen of a server that does not answer. */
  #lastProblem = '';
  #lastAnswerMs = Number.NEGATIVE_INFINITY;

  constructor(options: RemoteServerOptions) {
    this.#options = options;
  }

  /** The reply of status 200. */
  async call(requestOf: RequestOf, scope: RequestScope): Promise<HttpReply> {
    const { clock, timeoutMs, effects, names, random } = this.#options;
    const untilMs = Math.min(scope.latestMs, clock.now() + (timeoutMs ?? Number.POSITIVE_INFINITY));
    for (let made = 1; ; made++) {
      const outcome = await this.#attempt(requestOf, scope, untilMs);
      if ('status' in outcome) return outcome;
      const remainingMs = untilMs - clock.now();
      const delayMs = outcome.isRetried ? retryDelayMs({ ...outcome, made }, { effects, remainingMs, random: random() }) : null;
      if (delayMs === null || this.#breaker.kind === 'open') throw unavailable(names, outcome, { attempts: made, effects });
      await this.#pause(delayMs, scope);
    }
  }

  async #attempt(requestOf: RequestOf, scope: RequestScope, untilMs: number): Promise<HttpReply | Failure> {
    scope.throwIfEnded();
    const { clock, client } = this.#options;
    const sentMs = clock.now();
    // Before it counts as a probe: a request that cannot be made says nothing of the server.
    const request = requestOf(untilMs - sentMs);
    const admitted = admit(this.#breaker, sentMs);
    if (admitted === null) throw this.#refused(sentMs);
    this.#breaker = admitted;
    const outcome = await this.#outcomeOf(client.send(request), scope, untilMs);
    const isProbe = admitted.kind === 'probing';
    if (outcome.kind === 'givenUp') throw this.#givenUp(scope, { sentMs, isProbe });
    return this.#judge(outcome, isProbe);
  }

  /** Who waits for the exchange may leave, or its time may be over. */
  async #outcomeOf(exchange: Exchange, scope: RequestScope, untilMs: number): Promise<HttpOutcome> {
    const { clock, timeoutMs } = this.#options;
    const unsubscribe = scope.onEnd(() => exchange.giveUp());
    // The end of the request is told by its scope.
    const disarm = timeoutMs === undefined ? () => {} : clock.after(untilMs - clock.now(), () => exchange.giveUp());
    const outcome = await exchange.outcome;
    unsubscribe();
    disarm();
    return outcome;
  }

  #judge(outcome: Exclude<HttpOutcome, { readonly kind: 'givenUp' }>, isProbe: boolean): HttpReply | Failure {
    const { names } = this.#options;
    switch (outcome.kind) {
      case 'lost': {
        const failure = { problem: lossText(outcome.cause), isSent: outcome.isSent, isRetried: true, retryAfterMs: undefined };
        return this.#failed({ ...failure, cause: outcome.cause });
      }
      case 'broken':
        this.#failed({ problem: outcome.problem, isSent: true, isRetried: false, retryAfterMs: undefined });
        throw new FlowError('REMOTE_INVALID', `${names.stage}: the reply of ${names.model} cannot be read: ${outcome.problem}`);
      case 'reply':
        return this.#judgeReply(outcome.reply, isProbe);
    }
  }

  #judgeReply(reply: HttpReply, isProbe: boolean): HttpReply | Failure {
    const { clock, names } = this.#options;
    const { status, headers } = reply;
    if (status === 200) {
      this.#answered();
      return reply;
    }
    const said = `it answered ${status}: ${errorText(reply)}`;
    const waitMs = retryAfterMs(headers['retry-after'], clock.now());
    const failure: Failure = { problem: said, isSent: true, isRetried: waitMs !== undefined, retryAfterMs: waitMs };
    if (status === 502 || status === 503) return this.#failed(failure);
    if (status !== 504) this.#answered();
    else this.#saidNothing(isProbe);
    if (status === 429) return failure;
    throw refusal(names, reply, said);
  }

  #answered(): void {
    const { clock, onNotice, names } = this.#options;
    this.#lastAnswerMs = clock.now();
    if (this.#breaker.kind !== 'closed') onNotice(`${names.model} answers again`);
    this.#breaker = afterAnswer();
  }

  #failed(failure: Failure): Failure {
    const { clock, random, onNotice, names } = this.#options;
    const before = this.#breaker;
    const nowMs = clock.now();
    this.#lastProblem = failure.problem;
    this.#breaker = afterFailure(before, nowMs, random());
    if (this.#breaker.kind === 'open' && before.kind !== 'open') {
      onNotice(`${names.model} is not called for ${Math.ceil(this.#breaker.untilMs - nowMs)} ms; last: ${failure.problem}`);
    }
    return failure;
  }

  /** The reason why nobody waits any more. A server that has said nothing for long, to anybody, may be gone. */
  #givenUp(scope: RequestScope, { sentMs, isProbe }: { readonly sentMs: number; readonly isProbe: boolean }): FlowError {
    const { clock, names, timeoutMs } = this.#options;
    const nowMs = clock.now();
    const late = `${names.stage}: ${names.model} took longer than timeoutMs, which is ${timeoutMs}`;
    const reason = scope.reason ?? new FlowError('DEADLINE_EXCEEDED', late, { hint: 'Raise timeoutMs of the stage.' });
    const isSilent = reason.code === 'DEADLINE_EXCEEDED' && nowMs - sentMs >= SILENCE_MS && this.#lastAnswerMs < sentMs;
    if (isSilent) {
      const problem = `it did not answer within ${Math.round(nowMs - sentMs)} ms`;
      this.#failed({ problem, isSent: true, isRetried: false, retryAfterMs: undefined });
    } else this.#saidNothing(isProbe);
    return reason;
  }

  #saidNothing(isProbe: boolean): void {
    if (isProbe) this.#breaker = afterNothing(this.#breaker, this.#options.clock.now());
  }

  #refused(nowMs: number): FlowError {
    const { stage, model } = this.#options.names;
    const breaker = this.#breaker;
    const waitMs = breaker.kind === 'open' ? Math.max(0, breaker.untilMs - nowMs) : 0;
    const next = breaker.kind === 'open' ? `it is tried again in ${Math.ceil(waitMs)} ms` : 'one call is trying it now';
    const problem = `${stage}: ${model} is not called, since it did not answer; ${next}; last: ${this.#lastProblem}`;
    return new FlowError('REMOTE_UNAVAILABLE', problem, { retryAfterMs: Math.max(1000, waitMs) });
  }

  #pause(delayMs: number, scope: RequestScope): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#options.clock.after(delayMs, () => {
        unsubscribe();
        resolve();
      });
      // The next attempt is not made then, and says why.
      const unsubscribe = scope.onEnd(() => {
        callOff();
        resolve();
      });
    });
  }
}

/** Deadlines shorter than this say nothing of a server. */
const SILENCE_MS = 100;

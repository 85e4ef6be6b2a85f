import { FlowError } from '../../src/errors/flow-error.ts';
import type { Call } from '../../src/runtime/pool/call.ts';
import type { Replica, ReplicaEvents } from '../../src/runtime/pool/replica.ts';
import { defer } from './settle.ts';

const OVER = new FlowError('DRAINING', 'the replica was drained');

/** A replica in this process: it starts, answers and ends when it is told to. Only the first of its calls has begun. */
export class PlainReplica implements Replica<number, string> {
  readonly number: number;
  readonly #events: ReplicaEvents<number, string>;
  readonly #ready = defer();
  readonly #ended = defer();
  readonly #held: Call<number, string>[] = [];
  #isOver = false;
  /** What it has run. */
  readonly ran: number[] = [];
  /** What it has answered. */
  readonly answered: number[] = [];
  isDraining = false;

  constructor(number: number, events: ReplicaEvents<number, string>) {
    this.number = number;
    this.#events = events;
    this.#ready.promise.catch(() => {});
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get outstanding(): number {
    return this.#held.length;
  }

  async memoryBytes(): Promise<number> {
    return 1000 + this.number;
  }

  async processorMs(): Promise<number> {
    return 0;
  }

  run(call: Call<number, string>): void {
    if (this.#isOver || this.isDraining) throw new RangeError('a call was given to a replica that takes none');
    this.ran.push(call.work);
    this.#held.push(call);
  }

  start(): void {
    this.#ready.resolve();
  }

  /** Answers its first call, or its caller has left. */
  answer(): void {
    const call = this.#held.shift();
    if (call === undefined) return;
    this.answered.push(call.work);
    call.used?.letGo();
    call.succeed(`${call.work} by ${this.number}`);
    this.#events.onFree();
    if (this.isDraining && this.#held.length === 0) this.end(OVER);
  }

  /** Is there no more. */
  end(reason: FlowError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ready.reject(reason);
    const [first, ...again] = this.#held.splice(0);
    first?.fail(reason);
    this.#events.onExit(reason, again);
    this.#ended.resolve();
  }

  drain(): Promise<void> {
    this.isDraining = true;
    if (this.#held.length === 0) this.end(OVER);
    return this.ended;
  }

  terminate(reason: FlowError): Promise<void> {
    this.end(reason);
    return this.ended;
  }
}

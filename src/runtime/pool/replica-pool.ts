import { FlowError } from '../../errors/flow-error.ts';
import { WaitingLine } from '../../scheduling/waiting-line.ts';
import { DurationCounts, type Histogram } from '../histogram.ts';
import { deadlineError, type RequestScope } from '../request-scope.ts';
import { Call } from './call.ts';
import { Crew, type CrewOptions } from './crew.ts';
import type { PoolStatistics, ScalablePool, Waiting } from './scalable-pool.ts';
import type { Slot } from './slot.ts';
import type { UsedReplicas } from './used-replicas.ts';

export interface PoolOptions<Work, Made> extends CrewOptions<Work, Made> {
  readonly name: string;
  /** Whether a call may run again whose replica has ended because of another. */
  readonly mayRepeat: boolean;
  /** What waits for calls to be put together. */
  readonly waiting?: ((nowMs: number) => Waiting) | undefined;
  /** Hears when there may be room for a call. */
  readonly onRoom?: (() => void) | undefined;
  /** What is said to a call that no replica will take. */
  readonly says: { readonly hopeless: string; readonly closing: string };
}

/** Replicas that are alike, and the line of calls that wait for one of them. */
export class ReplicaPool<Work, Made> implements ScalablePool {
  readonly name: string;
  readonly callsPerReplica: number;
  readonly #options: PoolOptions<Work, Made>;
  readonly #crew: Crew<Work, Made>;
  readonly #line = new WaitingLine<Call<Work, Made>>();
  readonly #waits = new DurationCounts();
  #arrivals = 0;
  /** Calls that replicas were given, but for those that had to run again. */
  #given = 0;
  #isClosed = false;

  constructor(options: PoolOptions<Work, Made>) {
    this.#options = options;
    this.name = options.name;
    this.callsPerReplica = options.callsPerReplica;
    const onChange = (): void => {
      this.#changed();
      options.onRoom?.();
    };
    this.#crew = new Crew(options, { onChange, onLost: (reason, again) => this.#runAgain(reason, again) });
  }

  /** Starts one replica and measures what it costs; rejects with why it cannot start, and leaves it to `terminate` to end the others. */
  startFirst(): Promise<void> {
    return this.#crew.startFirst();
  }

  /** Starts the others, and from then on those again that end. */
  startOthers(): Promise<void> {
    return this.#crew.startOthers();
  }

  get isReady(): boolean {
    return this.#crew.ready > 0;
  }

  get queued(): number {
    return this.#line.length;
  }

  get replicas(): number {
    return this.#crew.size;
  }

  /** How many of them take calls now. */
  get ready(): number {
    return this.#crew.ready;
  }

  get memoryBytes(): number | undefined {
    return this.#crew.memoryBytes;
  }

  get cores(): number | undefined {
    return this.#crew.cores;
  }

  measureCores(): Promise<void> {
    return this.#crew.measureCores();
  }

  waiting(): Waiting | undefined {
    return this.#options.waiting?.(this.#options.clock.now());
  }

  get waitMs(): Histogram {
    return this.#waits.read();
  }

  /**
   * Runs a call on the replica that has the fewest, or as soon as one has room, earliest deadline first. A copy of a call that is given the same
   * `used` goes to a replica that has had none of them, where one has room.
   */
  run(work: Work, scope: RequestScope, used?: UsedReplicas): Promise<Made> {
    return new Promise((resolve, reject) => {
      if (scope.reason !== undefined) return reject(scope.reason);
      if (this.#isClosed) return reject(this.#closing());
      const call = new Call({ work, scope, used, arrival: this.#arrivals++, resolve, reject });
      const slot = this.#line.length === 0 ? this.#crew.free(used) : undefined;
      if (slot !== undefined) {
        this.#waits.add(0);
        return this.#give(slot, call);
      }
      this.#queue(call);
      this.#dispatch();
    });
  }

  /** Whether a replica that is not among these could take a call now. */
  canUseAnother(used: UsedReplicas): boolean {
    return this.#line.length === 0 && this.#crew.freeBut(used) !== undefined;
  }

  scaleTo(replicas: number): Promise<void> {
    return this.#crew.scaleTo(replicas);
  }

  statistics(): PoolStatistics {
    const { ready, size, draining, outstanding, busyMs } = this.#crew;
    return {
      ready,
      starting: size - ready,
      draining,
      queued: this.#line.length,
      oldestWaitMs: this.#oldestWaitMs(),
      outstanding,
      arrivals: this.#arrivals,
      completions: this.#given - outstanding,
      busyMs,
    };
  }

  /** Lets replicas finish what they were given, then ends them. */
  drain(): Promise<void> {
    this.#close();
    return this.#crew.drain();
  }

  /** Ends replicas now. */
  terminate(error: unknown): Promise<void> {
    this.#close();
    return this.#crew.terminate(error);
  }

  #close(): void {
    this.#isClosed = true;
    this.#refuseAll(() => this.#closing());
  }

  #closing(): FlowError {
    return new FlowError('DRAINING', this.#options.says.closing, { retryAfterMs: 1000 });
  }

  /** Who waits leaves the line when its request ends. */
  #queue(call: Call<Work, Made>): void {
    const place = this.#line.add(call, call.scope.deadlineMs, call.arrival);
    const unsubscribe = call.scope.onEnd((reason) => {
      if (this.#line.remove(place)) call.fail(reason);
    });
    call.waits(this.#options.clock.now(), unsubscribe);
  }

  /** Where it is the call of a copy that has just been answered, the copy leaves the line: it is not to be given what has become free. */
  #changed(): void {
    if (this.#line.first?.used?.hasAny === true) queueMicrotask(() => this.#dispatch());
    else this.#dispatch();
  }

  /** A call for which nobody can wait any more is given up, also where the event loop was kept and the timer of its request with it. */
  #dispatch(): void {
    while (this.#line.length > 0 && this.#crew.hasRoom) {
      const call = this.#line.take();
      const slot = this.#crew.free(call?.used);
      if (call === undefined || slot === undefined) return;
      call.waitsNoMore();
      const nowMs = this.#options.clock.now();
      const waitedMs = nowMs - call.waitsSinceMs;
      this.#waits.add(waitedMs);
      call.scope.trace?.waited(this.name, waitedMs);
      if (nowMs < call.scope.latestMs) this.#give(slot, call);
      else call.fail(deadlineError(`a call that waited for ${this.name}`));
    }
    if (this.#line.length > 0) this.#refuseIfHopeless();
  }

  #give(slot: Slot<Work, Made>, call: Call<Work, Made>): void {
    this.#given++;
    try {
      this.#crew.give(slot, call);
    } catch (error) {
      this.#given--;
      call.fail(error);
    }
  }

  /** They have not begun, or have only been beside the one that did not return. They keep their places before those that came later. */
  #runAgain(reason: FlowError, again: readonly Call<Work, Made>[]): void {
    for (const call of again) {
      if (!this.#options.mayRepeat || this.#isClosed || call.scope.reason !== undefined) {
        call.fail(reason);
        continue;
      }
      this.#given--;
      this.#queue(call);
    }
  }

  #refuseIfHopeless(): void {
    const hopelessness = this.#crew.hopelessness;
    if (hopelessness === undefined) return;
    const { hopeless } = this.#options.says;
    this.#refuseAll(() => new FlowError('NO_REPLICA', hopeless, { cause: hopelessness.reason, retryAfterMs: 1000 }));
  }

  #refuseAll(error: () => FlowError): void {
    for (const call of this.#line.takeAll()) {
      call.waitsNoMore();
      call.fail(error());
    }
  }

  #oldestWaitMs(): number {
    const nowMs = this.#options.clock.now();
    let oldestMs = 0;
    for (const { waitsSinceMs } of this.#line) oldestMs = Math.max(oldestMs, nowMs - waitsSinceMs);
    return oldestMs;
  }
}

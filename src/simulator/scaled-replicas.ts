import { BusyTime } from '../runtime/pool/busy-time.ts';
import { type LoadMeasurement, type ScalerSettings, type ScalerState, scale, startScaling } from '../scheduling/scaler.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface ScaledReplicasOptions {
  readonly settings: ScalerSettings;
  readonly clock: VirtualClock;
  readonly untilMs: number;
  /** How long the next call takes. */
  readonly serviceMs: () => number;
  /** How long a replica takes to start. */
  readonly startMs: number;
  readonly replicas: number;
  /** Whether the scaler decides; else the number stays. */
  readonly isScaled?: boolean;
  /** Hears of each look at the replicas. */
  readonly onSample: (sample: ScalingSample) => void;
  /** Hears of each call that was answered. */
  readonly onAnswer: (call: SimulatedCall) => void;
}

/** One look at the replicas, taken just after the scaler has decided. */
export interface ScalingSample {
  readonly atMs: number;
  /** Those that are to be there. */
  readonly replicas: number;
  /** Those that occupy something: also those that start, and those that go once they have answered. */
  readonly present: number;
  readonly queued: number;
}

/** A call that was answered. */
export interface SimulatedCall {
  readonly cameAtMs: number;
  readonly waitedMs: number;
  readonly tookMs: number;
}

interface Replica {
  isLeaving: boolean;
}

const TICK_MS = 100;

/**
 * Replicas of one task on virtual time, call by call, and the scaler that decides how many they are. Nothing is done for each replica but
 * what its calls need, so that there can be ten thousand.
 */
export class ScaledReplicas {
  readonly #options: ScaledReplicasOptions;
  readonly #idle: Replica[] = [];
  readonly #busy = new Set<Replica>();
  readonly #leaving = new Set<Replica>();
  /** What calls each start off. */
  readonly #starting: (() => void)[] = [];
  readonly #busyTime: BusyTime;
  #line: number[] = [];
  #first = 0;
  #state: ScalerState;
  #arrived = 0;
  #served = 0;
  #busyMsBefore = 0;

  constructor(options: ScaledReplicasOptions) {
    this.#options = options;
    this.#busyTime = new BusyTime(options.clock);
    this.#state = startScaling(options.replicas, options.clock.now());
    for (let i = 0; i < options.replicas; i++) this.#idle.push({ isLeaving: false });
    this.#tick();
  }

  /** Calls that came and were not answered yet. */
  get underWay(): number {
    return this.#queued + this.#busy.size + this.#leaving.size;
  }

  arrive(): void {
    this.#arrived++;
    this.#line.push(this.#options.clock.now());
    this.#dispatch();
  }

  get #queued(): number {
    return this.#line.length - this.#first;
  }

  #dispatch(): void {
    while (this.#queued > 0) {
      const replica = this.#idle.pop();
      if (replica === undefined) return;
      this.#serve(replica, this.#take());
    }
  }

  #take(): number {
    const cameAtMs = this.#line[this.#first++] ?? 0;
    if (this.#first > 1000 && this.#first * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#first);
      this.#first = 0;
    }
    return cameAtMs;
  }

  #serve(replica: Replica, cameAtMs: number): void {
    const { clock, serviceMs, onAnswer } = this.#options;
    const waitedMs = clock.now() - cameAtMs;
    this.#busy.add(replica);
    this.#busyTime.begin();
    clock.after(serviceMs(), () => {
      this.#served++;
      this.#busyTime.end();
      if (replica.isLeaving) this.#leaving.delete(replica);
      else {
        this.#busy.delete(replica);
        this.#idle.push(replica);
      }
      onAnswer({ cameAtMs, waitedMs, tookMs: clock.now() - cameAtMs });
      this.#dispatch();
    });
  }

  #tick(): void {
    const { clock, settings, untilMs, isScaled = true, onSample } = this.#options;
    const decision = scale(settings, this.#state, this.#measure(), clock.now());
    if (isScaled) {
      this.#state = decision.state;
      this.#scaleTo(decision.replicas);
    }
    onSample({
      atMs: clock.now(),
      replicas: this.#state.replicas,
      present: this.#staying + this.#leaving.size,
      queued: this.#queued,
    });
    if (clock.now() + TICK_MS <= untilMs) clock.after(TICK_MS, () => this.#tick());
  }

  #measure(): LoadMeasurement {
    const nowMs = this.#options.clock.now();
    const busyMs = this.#busyTime.totalMs;
    const measured = {
      arrived: this.#arrived,
      served: this.#served,
      busyMs: busyMs - this.#busyMsBefore,
      queued: this.#queued,
      oldestWaitMs: this.#queued > 0 ? nowMs - (this.#line[this.#first] ?? nowMs) : 0,
      starting: this.#starting.length,
    };
    this.#busyMsBefore = busyMs;
    this.#arrived = this.#served = 0;
    return measured;
  }

  get #staying(): number {
    return this.#idle.length + this.#busy.size + this.#starting.length;
  }

  /** As a pool does: those that are to go but still work stay rather than that others start, and those go first that have nothing to do. */
  #scaleTo(replicas: number): void {
    while (this.#staying < replicas) {
      if (!this.#keepOne()) this.#startOne();
    }
    while (this.#staying > replicas) {
      if (!this.#callOffOne() && this.#idle.pop() === undefined) this.#letGoOne();
    }
    this.#dispatch();
  }

  #startOne(): void {
    const callOff = this.#options.clock.after(this.#options.startMs, () => {
      this.#starting.splice(this.#starting.indexOf(callOff), 1);
      this.#idle.push({ isLeaving: false });
      this.#dispatch();
    });
    this.#starting.push(callOff);
  }

  #callOffOne(): boolean {
    const callOff = this.#starting.pop();
    callOff?.();
    return callOff !== undefined;
  }

  #keepOne(): boolean {
    return move(this.#leaving, this.#busy, false);
  }

  #letGoOne(): boolean {
    return move(this.#busy, this.#leaving, true);
  }
}

/** Whether there was one to move. */
function move(from: Set<Replica>, to: Set<Replica>, isLeaving: boolean): boolean {
  for (const replica of from) {
    replica.isLeaving = isLeaving;
    from.delete(replica);
    to.add(replica);
    return true;
  }
  return false;
}

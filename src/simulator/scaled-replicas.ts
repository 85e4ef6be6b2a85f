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
}

interface Replica {
  busyFromMs: number;
  isBusy: boolean;
  isLeaving: boolean;
}

/** One look at the replicas, taken just after the scaler has decided. */
export interface ScalingSample {
  readonly atMs: number;
  readonly replicas: number;
  readonly queued: number;
}

/** A call that was answered. */
export interface SimulatedCall {
  readonly cameAtMs: number;
  readonly tookMs: number;
}

const TICK_MS = 100;

/** Replicas of one task on virtual time, call by call, and the scaler that decides how many they are. */
export class ScaledReplicas {
  readonly samples: ScalingSample[] = [];
  readonly calls: SimulatedCall[] = [];
  readonly #options: ScaledReplicasOptions;
  readonly #replicas = new Set<Replica>();
  readonly #idle: Replica[] = [];
  #line: number[] = [];
  #first = 0;
  #starting = 0;
  #state: ScalerState;
  #arrived = 0;
  #served = 0;
  #busyMs = 0;

  constructor(options: ScaledReplicasOptions) {
    this.#options = options;
    this.#state = startScaling(options.replicas, options.clock.now());
    for (let i = 0; i < options.replicas; i++) this.#join();
    this.#tick();
  }

  /** Calls that came and were not answered yet. */
  get underWay(): number {
    return this.#queued + [...this.#replicas].filter(({ isBusy }) => isBusy).length;
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
      if (!replica.isLeaving) this.#serve(replica, this.#take());
    }
  }

  #take(): number {
    const cameAtMs = this.#line[this.#first++] ?? 0;
    if (this.#first > 1000) {
      this.#line = this.#line.slice(this.#first);
      this.#first = 0;
    }
    return cameAtMs;
  }

  #serve(replica: Replica, cameAtMs: number): void {
    const { clock, serviceMs } = this.#options;
    replica.isBusy = true;
    replica.busyFromMs = clock.now();
    clock.after(serviceMs(), () => {
      this.#served++;
      this.#busyMs += clock.now() - replica.busyFromMs;
      replica.isBusy = false;
      this.calls.push({ cameAtMs, tookMs: clock.now() - cameAtMs });
      if (replica.isLeaving) this.#replicas.delete(replica);
      else this.#idle.push(replica);
      this.#dispatch();
    });
  }

  #tick(): void {
    const { clock, settings, untilMs, isScaled = true } = this.#options;
    const decision = scale(settings, this.#state, this.#measure(), clock.now());
    if (isScaled) {
      this.#state = decision.state;
      this.#scaleTo(decision.replicas);
    }
    this.samples.push({ atMs: clock.now(), replicas: this.#state.replicas, queued: this.#queued });
    if (clock.now() + TICK_MS <= untilMs) clock.after(TICK_MS, () => this.#tick());
  }

  #measure(): LoadMeasurement {
    const nowMs = this.#options.clock.now();
    for (const replica of this.#replicas) {
      if (!replica.isBusy) continue;
      this.#busyMs += nowMs - replica.busyFromMs;
      replica.busyFromMs = nowMs;
    }
    const measured = {
      arrived: this.#arrived,
      served: this.#served,
      busyMs: this.#busyMs,
      queued: this.#queued,
      oldestWaitMs: this.#queued > 0 ? nowMs - (this.#line[this.#first] ?? nowMs) : 0,
      starting: this.#starting,
    };
    this.#arrived = this.#served = this.#busyMs = 0;
    return measured;
  }

  #scaleTo(replicas: number): void {
    const staying = [...this.#replicas].filter(({ isLeaving }) => !isLeaving);
    for (let missing = replicas - staying.length - this.#starting; missing > 0; missing--) {
      this.#starting++;
      this.#options.clock.after(this.#options.startMs, () => {
        this.#starting--;
        this.#join();
        this.#dispatch();
      });
    }
    for (const replica of staying.slice(replicas)) {
      replica.isLeaving = true;
      if (!replica.isBusy) this.#replicas.delete(replica);
    }
  }

  #join(): void {
    const replica = { isBusy: false, busyFromMs: 0, isLeaving: false };
    this.#replicas.add(replica);
    this.#idle.push(replica);
  }
}

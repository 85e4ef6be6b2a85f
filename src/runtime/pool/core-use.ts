/** What is asked how long it has kept cores busy. */
interface Computing {
  processorMs(): Promise<number | undefined>;
}

/** As long as nothing else is known, one replica is taken to keep one core busy. */
const PRIOR_MS = 20;
/** About so much work is remembered. */
const REMEMBERED_MS = 20_000;
/** Less work than this is not worth a look. */
const LEAST_MS = 20;
/** Once so much work is known, looks are rarer. */
const KNOWN_MS = 1000;
const KNOWN_LOOK_MS = 500;
/** Threads sleep and wake with each message, and a core is not divided more finely than this. */
const STEP = 0.25;

/** How many cores a replica keeps busy while it has something to do: none where it only waits for others, one where it computes. */
export class CoreUse {
  readonly #before = new WeakMap<Computing, number>();
  #busyMsBefore = 0;
  /** Decayed sums, whose ratio it is. */
  #busyMs = PRIOR_MS;
  #processorMs = PRIOR_MS;
  #isKnown = true;
  /** Whether any replica could be seen. */
  #hasSeen = false;
  #isMeasuring = false;

  /** In steps of a quarter; undefined where it cannot be measured. */
  get cores(): number | undefined {
    return this.#isKnown ? Math.round(this.#processorMs / this.#busyMs / STEP) * STEP : undefined;
  }

  /** From here on its time counts: not how long it took to start. */
  async begin(replica: Computing): Promise<void> {
    const ms = await replica.processorMs();
    if (ms === undefined) {
      // One that has gone meanwhile says nothing of the others.
      this.#isKnown = this.#hasSeen;
      return;
    }
    this.#hasSeen = this.#isKnown = true;
    this.#before.set(replica, ms);
  }

  /** Learns what replicas, which have been busy for so long since there were any, have taken for it. */
  async measure(replicas: Iterable<Computing>, busyMs: number): Promise<void> {
    const sinceMs = busyMs - this.#busyMsBefore;
    if (this.#isMeasuring || !this.#isKnown || sinceMs < (this.#busyMs > KNOWN_MS ? KNOWN_LOOK_MS : LEAST_MS)) return;
    this.#isMeasuring = true;
    this.#busyMsBefore = busyMs;
    const times = await Promise.all([...replicas].map((replica) => this.#takenBy(replica)));
    const kept = Math.exp(-sinceMs / REMEMBERED_MS);
    this.#busyMs = this.#busyMs * kept + sinceMs;
    this.#processorMs = this.#processorMs * kept + times.reduce((sum, ms) => sum + ms, 0);
    this.#isMeasuring = false;
  }

  async #takenBy(replica: Computing): Promise<number> {
    const before = this.#before.get(replica);
    const ms = await replica.processorMs();
    // One that has gone took the rest with it, as threads of a process do that have ended.
    if (ms === undefined || before === undefined) return 0;
    this.#before.set(replica, ms);
    return Math.max(0, ms - before);
  }
}

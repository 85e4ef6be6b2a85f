/** Hears what becomes of one copy of a call. */
export interface CopyEvents {
  /** A replica has been given it. */
  readonly onGiven: () => void;
  /** The replica computes it from now on; one that takes turns among its calls, as threads do, says so of each at once. */
  readonly onBegun: () => void;
  /** The replica has let go of it, which may be long after its caller was answered. */
  readonly onLetGo: () => void;
}

/** On which replicas copies of one call have been run, so that the next goes to another. */
export class UsedReplicas {
  readonly #used: object[];
  readonly #events: CopyEvents | undefined;

  constructor(used: object[] = [], events?: CopyEvents) {
    this.#used = used;
    this.#events = events;
  }

  /** The same for one more copy, of which somebody hears. */
  forCopy(events: CopyEvents): UsedReplicas {
    return new UsedReplicas(this.#used, events);
  }

  add(replica: object): void {
    this.#used.push(replica);
    this.#events?.onGiven();
  }

  begun(): void {
    this.#events?.onBegun();
  }

  letGo(): void {
    this.#events?.onLetGo();
  }

  /** Whether a copy of the call has been run. */
  get hasAny(): boolean {
    return this.#used.length > 0;
  }

  has(replica: object): boolean {
    return this.#used.includes(replica);
  }
}

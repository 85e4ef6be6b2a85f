import type { Clock } from './clock.ts';
import type { UsedReplicas } from './pool/used-replicas.ts';
import type { RequestScope } from './request-scope.ts';

/** One run of a call. */
export interface Copy {
  /** Ends when another was there first. */
  readonly scope: RequestScope;
  /** Takes it to a replica that has no other copy of the call. It computes from when the replica begins it until that lets go of it. */
  readonly used: UsedReplicas;
  /** Says that it computes from now on until it settles, where no replica does. What only waits has cost nothing. */
  begins(): void;
}

interface RunOptions {
  readonly scope: RequestScope;
  readonly used: UsedReplicas;
  readonly clock: Clock;
  /** Hears when it begins to be computed. */
  readonly onBegun?: ((atMs: number) => void) | undefined;
  /** Hears, once nothing computes it any more, for how long it was computed, and whether it was done. */
  readonly onEnd: (ms: number, isDone: boolean) => void;
}

/** Knows how long a run of a call computes, which may be longer than its caller waits. */
export class Run implements Copy {
  readonly scope: RequestScope;
  readonly used: UsedReplicas;
  readonly #options: RunOptions;
  #beganMs: number | undefined;
  /** Whether a replica has it. */
  #isHeld = false;
  #outcome: 'open' | 'done' | 'failed' = 'open';

  constructor(options: RunOptions) {
    this.#options = options;
    this.scope = options.scope;
    this.used = options.used.forCopy({
      onGiven: () => {
        this.#isHeld = true;
      },
      onBegun: () => this.begins(),
      onLetGo: () => {
        this.#isHeld = false;
        if (this.#outcome !== 'open') this.#tell();
      },
    });
  }

  begins(): void {
    if (this.#beganMs !== undefined) return;
    this.#beganMs = this.#options.clock.now();
    this.#options.onBegun?.(this.#beganMs);
  }

  /** Gives whether it is being computed although its caller has heard. */
  settled(isDone: boolean): boolean {
    this.#outcome = isDone ? 'done' : 'failed';
    if (!this.#isHeld) this.#tell();
    return this.#isHeld;
  }

  #tell(): void {
    const { clock, onEnd } = this.#options;
    onEnd(this.#beganMs === undefined ? 0 : clock.now() - this.#beganMs, this.#outcome === 'done');
  }
}

import type { FlowError } from '../../errors/flow-error.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import type { Call } from '../pool/call.ts';
import { tookTooLong } from '../stages/stage-runner.ts';

/** A call that a process has been given and has not answered. */
export interface HeldCall {
  readonly call: Call<readonly AnyRow[], readonly AnyRow[]>;
  readonly number: number;
  letGo: () => void;
  /** When its caller stopped waiting; undefined while somebody waits. */
  overdueMs: number | undefined;
}

interface WatchOptions {
  readonly spec: StageSpec;
  readonly clock: Clock;
  readonly graceMs: number;
  /** The call has taken as long as it may. */
  readonly giveUp: (held: HeldCall, reason: FlowError) => void;
  /** The call does not come back. */
  readonly endProcess: () => void;
}

/** Watches the first call of a process, which alone takes time of the function. */
export class CallWatch {
  readonly #options: WatchOptions;
  #disarm: () => void = () => {};

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Until it is told of the next, or that there is none. */
  watch(held: HeldCall | undefined): void {
    this.#disarm();
    this.#disarm = this.#arm(held);
  }

  #arm(held: HeldCall | undefined): () => void {
    if (held === undefined) return () => {};
    const { clock, graceMs, spec, giveUp, endProcess } = this.#options;
    if (held.overdueMs !== undefined) {
      const dueMs = Math.max(held.overdueMs, clock.now()) + graceMs;
      return Number.isFinite(dueMs) ? clock.after(dueMs - clock.now(), endProcess) : () => {};
    }
    return spec.timeoutMs === undefined ? () => {} : clock.after(spec.timeoutMs, () => giveUp(held, tookTooLong(spec)));
  }
}

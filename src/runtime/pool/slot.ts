import type { Member } from '../../scheduling/least-busy.ts';
import type { Replica } from './replica.ts';

/**
 * The place of a replica and of those that replace it. It is down when its replica has ended and the next start is due; it drains
 * when it is to go and its replica still has calls; it leaves when that one has none any more.
 */
export class Slot<Work, Made> {
  readonly number: number;
  state: 'down' | 'starting' | 'ready' | 'ending' | 'draining' | 'leaving' = 'down';
  replica: Replica<Work, Made> | undefined;
  /** Whether its replica has been ready. */
  wasReady = false;
  /** Whether it was added to a running pool and has not been ready yet. */
  isTrial: boolean;
  /** Its place among those that can be given calls. */
  member: Member<Slot<Work, Made>> | undefined;
  isBusy = false;
  /** Starts and runs that ended in a crash since the last answer. */
  failures = 0;
  /** Starts since one was ready: calls that end replicas keep nobody else from waiting for the next. */
  failedStarts = 0;
  /** Calls off the start that is due after a crash. */
  callOffStart: () => void = () => {};
  /** Settles when its replica is ready; rejects with why it cannot be. */
  begun: Promise<void> = Promise.resolve();

  constructor(number: number, isTrial: boolean) {
    this.number = number;
    this.isTrial = isTrial;
  }

  get outstanding(): number {
    return this.replica?.outstanding ?? 0;
  }
}

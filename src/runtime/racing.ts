import { DEFAULT_BUDGET, type Race } from '../plan/race.ts';
import { Hedging } from '../scheduling/hedging.ts';
import { type Capacity, chooseRace } from '../scheduling/race-choice.ts';
import { RunTimes } from '../scheduling/run-times.ts';
import type { Clock } from './clock.ts';
import { type Copy, Run } from './copy.ts';
import type { StageMeter } from './counters.ts';
import { forestalled, isForestalled } from './forestalled.ts';
import { isPromise, type Maybe } from './maybe.ts';
import { UsedReplicas } from './pool/used-replicas.ts';
import { RequestScope } from './request-scope.ts';

/** What a race reports. */
export type RaceMeter = Pick<StageMeter, 'raced' | 'extra' | 'uncancelled'>;

export interface RacerOptions {
  readonly race: Race;
  readonly clock: Clock;
  readonly meter: RaceMeter;
}

/**
 * Races the calls of one stage: the first success is the answer, and the others end. When all have failed, that is the failure of the first that
 * failed. A call that is done at once is not raced. What runs on although its race is over counts as extra work until it is done.
 */
export class Racer {
  readonly race: Race;
  readonly clock: Clock;
  readonly meter: RaceMeter;
  readonly times = new RunTimes();
  readonly hedging: Hedging;

  constructor({ race, clock, meter }: RacerOptions) {
    this.race = race;
    this.clock = clock;
    this.meter = meter;
    this.hedging = new Hedging(race.kind === 'hedge' ? race.budget : DEFAULT_BUDGET, this.times);
  }

  /** Makes a call by `start`, which is given each copy of it. `capacityNow` says what could run copies, where that is known. */
  run<T>(scope: RequestScope, start: (copy: Copy) => Maybe<T>, capacityNow: () => Capacity | null = unknownCapacity): Maybe<T> {
    return new Contest(this, scope, start).run(capacityNow);
  }

  /** Notes how long a run has computed. What was cut off, or failed, would have taken longer. */
  ended({ isCopy, drawnMs }: Entrant, ms: number, { isDone, isInVain }: { readonly isDone: boolean; readonly isInVain: boolean }): void {
    if (drawnMs !== null) this.hedging.copied(ms, drawnMs);
    if (ms === 0) return;
    if (isDone) this.times.done(ms);
    else this.times.cutOff(ms);
    if (isCopy || isInVain) this.meter.extra(ms);
    if (!isCopy) this.hedging.called(ms, isDone);
  }
}

/** What a run is in its race. */
interface Entrant {
  readonly isCopy: boolean;
  /** What was drawn for it from the account of hedges; null for the call itself, and for copies from the start. */
  readonly drawnMs: number | null;
}

interface Contestant {
  readonly run: Run;
  readonly isCopy: boolean;
}

const unknownCapacity = (): null => null;

/** One call and its copies. */
class Contest<T> {
  readonly #racer: Racer;
  readonly #scope: RequestScope;
  readonly #start: (copy: Copy) => Maybe<T>;
  readonly #used = new UsedReplicas();
  readonly #running = new Set<Contestant>();
  #isRaced = false;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #callOff = (): void => {};
  #resolve: (value: T) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(racer: Racer, scope: RequestScope, start: (copy: Copy) => Maybe<T>) {
    this.#racer = racer;
    this.#scope = scope;
    this.#start = start;
  }

  run(capacityNow: () => Capacity | null): Maybe<T> {
    const call = this.#contestant({ isCopy: false, drawnMs: null });
    let made: Maybe<T>;
    try {
      made = this.#start(call.run);
    } catch (error) {
      call.run.scope.leave();
      throw error;
    }
    if (!isPromise(made)) {
      call.run.scope.leave();
      return made;
    }
    const later = made;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#follow(call, later);
      this.#race(capacityNow);
    });
  }

  #race(capacityNow: () => Capacity | null): void {
    const { race, times } = this.#racer;
    const capacity = capacityNow();
    // A copy on the same replica would wait for the call.
    const most = capacity?.replicas ?? Number.POSITIVE_INFINITY;
    if (most < 2) return;
    const choice = race.kind === 'auto' ? chooseRace(times, capacity) : race;
    switch (choice.kind) {
      case 'copies':
        for (let i = 1; i < Math.min(choice.copies, most) && !this.#isOver; i++) this.#enter(null);
        break;
      case 'hedge':
        this.#hedgeAfter(this.#racer.hedging.delayMs());
        break;
      case 'alone':
    }
  }

  /** Where the budget allows no copy when it is due, it may the next time. */
  #hedgeAfter(delayMs: number): void {
    if (!Number.isFinite(delayMs)) return;
    this.#callOff = this.#racer.clock.after(delayMs, () => {
      if (this.#isOver || this.#scope.reason !== undefined) return;
      const drawnMs = this.#racer.hedging.draw();
      if (drawnMs === null) this.#hedgeAfter(delayMs);
      else this.#enter(drawnMs);
    });
  }

  #enter(drawnMs: number | null): void {
    this.#isRaced = true;
    const copy = this.#contestant({ isCopy: true, drawnMs });
    try {
      const made = this.#start(copy.run);
      if (isPromise(made)) this.#follow(copy, made);
      else this.#succeeded(copy, made);
    } catch (error) {
      this.#failed(copy, error);
    }
  }

  #contestant(entrant: Entrant): Contestant {
    const scope = RequestScope.within(this.#scope);
    const { clock } = this.#racer;
    const onEnd = (ms: number, isDone: boolean): void => this.#racer.ended(entrant, ms, { isDone, isInVain: this.#isInVain });
    const contestant = { run: new Run({ scope, used: this.#used, clock, onEnd }), isCopy: entrant.isCopy };
    this.#running.add(contestant);
    return contestant;
  }

  /** Whether the call as a whole belongs to an alternative of an anyOf that has lost. */
  get #isInVain(): boolean {
    return isForestalled(this.#scope.reason);
  }

  #follow(contestant: Contestant, made: PromiseLike<T>): void {
    made.then(
      (value) => this.#succeeded(contestant, value),
      (error: unknown) => this.#failed(contestant, error),
    );
  }

  #succeeded(contestant: Contestant, value: T): void {
    this.#ended(contestant, true);
    if (this.#isOver) return;
    this.#end();
    if (this.#isRaced) this.#racer.meter.raced(contestant.isCopy);
    for (const { run } of this.#running) run.scope.end(forestalled);
    this.#resolve(value);
  }

  #failed(contestant: Contestant, error: unknown): void {
    this.#ended(contestant, false);
    this.#failure ??= { error };
    if (this.#isOver || this.#running.size > 0) return;
    this.#end();
    this.#reject(this.#failure.error);
  }

  #end(): void {
    this.#isOver = true;
    this.#callOff();
  }

  #ended(contestant: Contestant, isDone: boolean): void {
    this.#running.delete(contestant);
    contestant.run.scope.leave();
    const goesOn = contestant.run.settled(isDone);
    if ((this.#isOver || this.#isInVain) && (goesOn || isDone)) this.#racer.meter.uncancelled();
  }
}

import { DEFAULT_BUDGET, type Race } from '../plan/race.ts';
import { type KnownCalls, KnownCallsBySize } from '../scheduling/known-calls.ts';
import { type Capacity, chooseRace } from '../scheduling/race-choice.ts';
import type { Clock } from './clock.ts';
import { type Copy, Run } from './copy.ts';
import type { StageMeter } from './counters.ts';
import { forestalled, isForestalled } from './forestalled.ts';
import { isPromise, type Maybe } from './maybe.ts';
import { UsedReplicas } from './pool/used-replicas.ts';
import { RequestScope } from './request-scope.ts';

/** What a race reports. */
export type RaceMeter = Pick<StageMeter, 'raced' | 'extra' | 'uncancelled'>;

/** What a call is made with; one of a row, anywhere, where nothing is said. */
export interface Circumstances {
  /** Calls of other sizes take other times. */
  readonly rows?: number;
  /** What could run copies; null where that is not known. */
  readonly capacityNow?: () => Capacity | null;
  /** Hears when the call itself, and no copy, begins to be computed. */
  readonly onBegun?: (atMs: number) => void;
}

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
  readonly known: KnownCallsBySize;

  constructor({ race, clock, meter }: RacerOptions) {
    this.race = race;
    this.clock = clock;
    this.meter = meter;
    this.known = new KnownCallsBySize(race.kind === 'hedge' ? race.budget : DEFAULT_BUDGET);
  }

  /** Makes a call by `start`, which is given each copy of it. */
  run<T>(
    scope: RequestScope,
    start: (copy: Copy) => Maybe<T>,
    { rows = 1, capacityNow = unknownCapacity, onBegun }: Circumstances = {},
  ): Maybe<T> {
    return new Contest(this, this.known.of(rows), scope, start).run(capacityNow, onBegun);
  }
}

const unknownCapacity = (): null => null;

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

/** One call and its copies. */
class Contest<T> {
  readonly #racer: Racer;
  readonly #known: KnownCalls;
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

  constructor(racer: Racer, known: KnownCalls, scope: RequestScope, start: (copy: Copy) => Maybe<T>) {
    this.#racer = racer;
    this.#known = known;
    this.#scope = scope;
    this.#start = start;
  }

  run(capacityNow: () => Capacity | null, onBegun: Circumstances['onBegun']): Maybe<T> {
    const call = this.#contestant({ isCopy: false, drawnMs: null }, onBegun);
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
    const { race } = this.#racer;
    const { times, hedging } = this.#known;
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
        this.#hedgeAfter(hedging.delayMs());
        break;
      case 'alone':
    }
  }

  /** Where the budget allows no copy when it is due, it may the next time. */
  #hedgeAfter(delayMs: number): void {
    if (!Number.isFinite(delayMs)) return;
    this.#callOff = this.#racer.clock.after(delayMs, () => {
      if (this.#isOver || this.#scope.reason !== undefined) return;
      const drawnMs = this.#known.hedging.draw();
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

  #contestant(entrant: Entrant, onBegun?: Circumstances['onBegun']): Contestant {
    const scope = RequestScope.within(this.#scope);
    const { clock } = this.#racer;
    const onEnd = (ms: number, isDone: boolean): void => this.#computed(entrant, ms, isDone);
    const contestant = { run: new Run({ scope, used: this.#used, clock, onBegun, onEnd }), isCopy: entrant.isCopy };
    this.#running.add(contestant);
    return contestant;
  }

  /** Notes how long a run has computed. What was cut off, or failed, would have taken longer. */
  #computed({ isCopy, drawnMs }: Entrant, ms: number, isDone: boolean): void {
    const { times, hedging } = this.#known;
    if (drawnMs !== null) hedging.copied(ms, drawnMs);
    if (ms === 0) return;
    if (isDone) times.done(ms);
    else times.cutOff(ms);
    if (isCopy || this.#isInVain) this.#racer.meter.extra(ms);
    if (!isCopy) hedging.called(ms, isDone);
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

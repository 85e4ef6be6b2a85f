import { FlowError, isFlowError } from '../../errors/flow-error.ts';
import { LeastBusy } from '../../scheduling/least-busy.ts';
import { backOffMs } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import { BusyTime } from './busy-time.ts';
import type { Call } from './call.ts';
import { CoreUse } from './core-use.ts';
import type { CreateReplica, Replica } from './replica.ts';
import { Slot } from './slot.ts';
import type { UsedReplicas } from './used-replicas.ts';

export interface CrewOptions<Work, Made> {
  readonly create: CreateReplica<Work, Made>;
  readonly replicas: number;
  readonly callsPerReplica: number;
  readonly clock: Clock;
  /** Hears of replicas that ended unasked and start again. */
  readonly onCrash: (reason: FlowError, restartInMs: number) => void;
}

interface CrewEvents<Work, Made> {
  /** There may be room for a call, or no hope for any. */
  onChange(): void;
  /** A replica has ended, and these have to run again. */
  onLost(reason: FlowError, again: readonly Call<Work, Made>[]): void;
}

/** Failures since the last answer, and failed starts among them, after which nobody waits for a replica. */
const HOPELESS_FAILURES = 3;
const HOPELESS_STARTS = 2;

/** The replicas of a pool: starts them, again where they end, more and fewer of them, and knows which has least to do. */
export class Crew<Work, Made> {
  readonly #options: CrewOptions<Work, Made>;
  readonly #events: CrewEvents<Work, Made>;
  /** Those that are to be there. */
  readonly #slots = new Set<Slot<Work, Made>>();
  /** Those that are to go, and when they have. */
  readonly #departing = new Map<Slot<Work, Made>, { readonly departed: Promise<void>; readonly depart: () => void }>();
  /** Those that are not gone yet. */
  readonly #alive = new Set<Replica<Work, Made>>();
  readonly #numbers = new Set<number>();
  readonly #ready = new LeastBusy<Slot<Work, Made>>();
  readonly #busy: BusyTime;
  readonly #coreUse = new CoreUse();
  #isStarted = false;
  #isClosed = false;
  #lastReason: FlowError | undefined;
  #memoryBytes: number | undefined;

  constructor(options: CrewOptions<Work, Made>, events: CrewEvents<Work, Made>) {
    this.#options = options;
    this.#events = events;
    this.#busy = new BusyTime(options.clock);
    for (let i = 0; i < options.replicas; i++) this.#slots.add(this.#newSlot(false));
  }

  /** Starts one replica and measures what it costs; rejects with why it cannot start. */
  async startFirst(): Promise<void> {
    const [first] = this.#slots;
    if (first === undefined) return;
    await this.#begin(first);
    this.#memoryBytes = await first.replica?.memoryBytes();
  }

  /** Starts the others; rejects with why the first one cannot start, and leaves it to `terminate` to end those that have. */
  async startOthers(): Promise<void> {
    const [, ...others] = this.#slots;
    await Promise.all(others.map((slot) => this.#begin(slot)));
    this.#isStarted = true;
    // One that was ready may have ended while the others were still starting.
    for (const slot of this.#slots) if (slot.state === 'down') this.#restart(slot);
  }

  get size(): number {
    return this.#slots.size;
  }

  get ready(): number {
    return this.#ready.size;
  }

  get draining(): number {
    return this.#departing.size;
  }

  get outstanding(): number {
    let total = 0;
    for (const { outstanding } of this.#alive) total += outstanding;
    return total;
  }

  get busyMs(): number {
    return this.#busy.totalMs;
  }

  get memoryBytes(): number | undefined {
    return this.#memoryBytes;
  }

  get cores(): number | undefined {
    return this.#coreUse.cores;
  }

  measureCores(): Promise<void> {
    return this.#coreUse.measure(this.#alive, this.busyMs);
  }

  /** Why nobody need wait for a replica; undefined while there is hope. */
  get hopelessness(): { readonly reason: FlowError | undefined } | undefined {
    if (!this.#isStarted || this.#ready.size > 0) return undefined;
    for (const { failures, failedStarts } of this.#slots) {
      if (failures < HOPELESS_FAILURES || failedStarts < HOPELESS_STARTS) return undefined;
    }
    return { reason: this.#lastReason };
  }

  /** Whether a replica has room. */
  get hasRoom(): boolean {
    return this.#ready.least(this.#options.callsPerReplica) !== undefined;
  }

  /** The one with the fewest calls that has room, one that has not been used where there is one. */
  free(used?: UsedReplicas): Slot<Work, Made> | undefined {
    return this.freeBut(used) ?? (used === undefined ? undefined : this.freeBut(undefined));
  }

  /** The one with the fewest calls that has room and has not been used. */
  freeBut(used: UsedReplicas | undefined): Slot<Work, Made> | undefined {
    const { callsPerReplica } = this.#options;
    if (used === undefined) return this.#ready.least(callsPerReplica);
    return this.#ready.least(callsPerReplica, ({ replica }) => replica !== undefined && !used.has(replica));
  }

  /** Throws where the call cannot be given. */
  give(slot: Slot<Work, Made>, call: Call<Work, Made>): void {
    const { replica } = slot;
    if (replica === undefined) throw new RangeError('a call was given to a replica that is not there');
    call.used?.add(replica);
    replica.run(call);
    this.#update(slot);
  }

  /** See `ScalablePool`. */
  async scaleTo(replicas: number): Promise<void> {
    if (!Number.isSafeInteger(replicas) || replicas < 1) throw new RangeError(`a pool cannot have ${replicas} replicas`);
    if (this.#isClosed) return;
    while (this.#slots.size < replicas) this.#addOne();
    while (this.#slots.size > replicas) this.#letGo(this.#leastUseful());
    const trials = [...this.#slots].filter(({ isTrial }) => isTrial).map((slot) => this.#tried(slot));
    await Promise.all([...trials, ...[...this.#departing.values()].map(({ departed }) => departed)]);
  }

  /** Lets every replica go once it has answered what it has. */
  async drain(): Promise<void> {
    this.#close();
    await Promise.all([...this.#alive].map((replica) => replica.drain()));
  }

  async terminate(error: unknown): Promise<void> {
    this.#close();
    const reason = reasonOf(error);
    await Promise.all([...this.#alive].map((replica) => replica.terminate(reason)));
  }

  #close(): void {
    this.#isClosed = true;
    for (const { callOffStart } of this.#slots) callOffStart();
  }

  #newSlot(isTrial: boolean): Slot<Work, Made> {
    let number = 0;
    while (this.#numbers.has(number)) number++;
    this.#numbers.add(number);
    return new Slot(number, isTrial);
  }

  /** Settles when the replica is ready, rejects with why it cannot be; throws where there cannot be one now. */
  #begin(slot: Slot<Work, Made>): Promise<void> {
    const replica = this.#options.create(slot.number, {
      onFree: () => {
        if (slot.replica === replica) this.#freed(slot);
      },
      onEnding: () => {
        if (slot.replica === replica) this.#takesNoMore(slot, 'ending');
      },
      onExit: (reason, again) => {
        if (slot.replica === replica) this.#ended(slot, reason, again);
      },
    });
    slot.replica = replica;
    slot.state = 'starting';
    slot.wasReady = false;
    this.#alive.add(replica);
    void replica.ended.then(() => this.#alive.delete(replica));
    slot.begun = replica.ready.then(() => {
      if (slot.replica === replica && slot.state === 'starting') this.#becameReady(slot, replica);
    });
    slot.begun.catch(() => {});
    return slot.begun;
  }

  #becameReady(slot: Slot<Work, Made>, replica: Replica<Work, Made>): void {
    void this.#coreUse.begin(replica);
    slot.state = 'ready';
    slot.wasReady = true;
    slot.isTrial = false;
    slot.failedStarts = 0;
    slot.member = this.#ready.add(slot, replica.outstanding);
    this.#events.onChange();
  }

  /** It may be that just now there cannot be another, as where descriptors have run out. */
  #restart(slot: Slot<Work, Made>): void {
    try {
      void this.#begin(slot);
    } catch (error) {
      this.#failed(slot, reasonOf(error), true);
    }
  }

  #ended(slot: Slot<Work, Made>, reason: FlowError, again: readonly Call<Work, Made>[]): void {
    const { replica, wasReady } = slot;
    this.#takesNoMore(slot, 'down');
    slot.replica = undefined;
    this.#update(slot);
    this.#events.onLost(reason, again);
    const departing = this.#departing.get(slot);
    if (departing !== undefined) void replica?.ended.then(departing.depart);
    else if (slot.isTrial) this.#forget(slot, replica);
    else if (this.#isStarted && !this.#isClosed) this.#failed(slot, reason, !wasReady);
    this.#events.onChange();
  }

  #failed(slot: Slot<Work, Made>, reason: FlowError, isAtStart: boolean): void {
    this.#lastReason = reason;
    slot.failedStarts += isAtStart ? 1 : 0;
    const restartInMs = backOffMs(slot.failures++);
    slot.callOffStart = this.#options.clock.after(restartInMs, () => this.#restart(slot));
    this.#options.onCrash(reason, restartInMs);
    this.#events.onChange();
  }

  /** One that is to go, but still works, stays rather than that another starts. */
  #addOne(): void {
    const staying = [...this.#departing.keys()].find(({ state }) => state === 'draining');
    if (staying !== undefined) {
      this.#keep(staying);
      return;
    }
    const slot = this.#newSlot(true);
    this.#slots.add(slot);
    try {
      void this.#begin(slot);
    } catch (error) {
      this.#forget(slot, undefined);
      throw reasonOf(error);
    }
  }

  #keep(slot: Slot<Work, Made>): void {
    const departing = this.#departing.get(slot);
    this.#departing.delete(slot);
    this.#slots.add(slot);
    slot.state = 'ready';
    slot.member = this.#ready.add(slot, slot.outstanding);
    departing?.depart();
    this.#events.onChange();
  }

  /** A number has one replica at a time. */
  #forget(slot: Slot<Work, Made>, replica: Replica<Work, Made> | undefined): void {
    this.#slots.delete(slot);
    if (replica === undefined) this.#numbers.delete(slot.number);
    else void replica.ended.then(() => this.#numbers.delete(slot.number));
  }

  async #tried(slot: Slot<Work, Made>): Promise<void> {
    try {
      await slot.begun;
    } catch (error) {
      // It was not wanted any more.
      if (slot.state !== 'leaving' && !this.#isClosed) throw error;
    }
  }

  #leastUseful(): Slot<Work, Made> {
    const slots = [...this.#slots];
    const least = slots.find(({ state }) => state === 'down') ?? slots.find(({ state }) => state !== 'ready') ?? this.#ready.least();
    if (least === undefined) throw new RangeError('there is no replica to let go');
    return least;
  }

  #letGo(slot: Slot<Work, Made>): void {
    slot.callOffStart();
    if (slot.replica === undefined) {
      this.#forget(slot, undefined);
      return;
    }
    this.#slots.delete(slot);
    let depart = (): void => {};
    const departed = new Promise<void>((resolve) => {
      depart = resolve;
    });
    this.#departing.set(slot, {
      departed,
      depart: () => {
        if (this.#departing.delete(slot)) this.#numbers.delete(slot.number);
        depart();
      },
    });
    if (slot.state === 'ready') this.#takesNoMore(slot, 'draining');
    if (slot.outstanding === 0 || slot.state !== 'draining') this.#retire(slot);
  }

  #retire(slot: Slot<Work, Made>): void {
    slot.state = 'leaving';
    void slot.replica?.drain();
  }

  #freed(slot: Slot<Work, Made>): void {
    slot.failures = 0;
    this.#update(slot);
    if (slot.state === 'draining' && slot.outstanding === 0) this.#retire(slot);
    this.#events.onChange();
  }

  /** Notes how much it has to do. */
  #update(slot: Slot<Work, Made>): void {
    const { outstanding, member } = slot;
    if (member !== undefined) this.#ready.move(member, outstanding);
    const isBusy = outstanding > 0;
    if (isBusy === slot.isBusy) return;
    slot.isBusy = isBusy;
    if (isBusy) this.#busy.begin();
    else this.#busy.end();
  }

  #takesNoMore(slot: Slot<Work, Made>, state: 'ending' | 'draining' | 'down'): void {
    if (slot.state !== 'leaving') slot.state = state;
    if (slot.member !== undefined) this.#ready.remove(slot.member);
    slot.member = undefined;
  }
}

function reasonOf(error: unknown): FlowError {
  return isFlowError(error) ? error : new FlowError('REPLICA_CRASHED', 'the replicas could not start', { cause: error });
}

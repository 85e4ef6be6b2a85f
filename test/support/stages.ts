import type { Implementation, StageSpec } from '../../src/plan/stage.ts';
import type { BatchReason, StageMeter } from '../../src/runtime/counters.ts';
import type { StageEnvironment } from '../../src/runtime/stages/stage-runner.ts';
import { int32, type Schema, schemaOf } from '../../src/schema/column.ts';
import { FakeClock } from './fake-clock.ts';

/** Rows with one whole number, in most specs. */
export const n: Schema = schemaOf({ n: int32 }, 'n');

export const rowsOf = (...numbers: readonly number[]): readonly { readonly n: number }[] => numbers.map((value) => ({ n: value }));

/** A stage from numbers to numbers, unless it is said otherwise. */
export function specOf(implementation: Implementation, fields: Partial<StageSpec> = {}): StageSpec {
  return {
    name: 'double',
    input: n,
    output: n,
    implementation,
    setup: undefined,
    teardown: undefined,
    maxBatch: 32,
    timeoutMs: undefined,
    runsOn: undefined,
    effects: false,
    race: undefined,
    ...fields,
  };
}

/** A meter that remembers what it was told. */
export class MeterLog implements StageMeter {
  readonly calls: number[] = [];
  failures = 0;
  /** How long calls have kept the thread. */
  readonly blocks: number[] = [];
  /** Such as `full 8`. */
  readonly batches: string[] = [];
  readonly waits: number[] = [];
  /** Which answers were those of copies. */
  readonly races: boolean[] = [];
  extraMs = 0;
  uncancelledCopies = 0;

  called(rows: number, busyMs: number, keptThread = false): void {
    this.calls.push(rows);
    if (keptThread) this.blocked(busyMs);
  }

  failed(): void {
    this.failures++;
  }

  blocked(ms: number): void {
    this.blocks.push(ms);
  }

  sent(reason: BatchReason, rows: number): void {
    this.batches.push(`${reason} ${rows}`);
  }

  waited(ms: number): void {
    this.waits.push(ms);
  }

  raced(wonByCopy: boolean): void {
    this.races.push(wonByCopy);
  }

  extra(ms: number): void {
    this.extraMs += ms;
  }

  uncancelled(): void {
    this.uncancelledCopies++;
  }
}

export interface TestEnvironment extends StageEnvironment {
  readonly clock: FakeClock;
  readonly meter: MeterLog;
}

/** What a runner is made of, with a clock that stands still. */
export function environmentOf(implementation: Implementation, fields: Partial<StageSpec> = {}, clock = new FakeClock()): TestEnvironment {
  return { spec: specOf(implementation, fields), state: 'state', clock, meter: new MeterLog() };
}

import type { Implementation, StageSpec } from '../../src/plan/stage.ts';
import type { StageMeter } from '../../src/runtime/counters.ts';
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
    ...fields,
  };
}

/** A meter that remembers what it was told. */
export class MeterLog implements StageMeter {
  readonly calls: number[] = [];
  failures = 0;

  called(rows: number): void {
    this.calls.push(rows);
  }

  failed(): void {
    this.failures++;
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

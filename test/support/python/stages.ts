import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { FlowError } from '../../../src/errors/flow-error.ts';
import type { PythonImplementation } from '../../../src/plan/stage.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { ScalablePool } from '../../../src/runtime/pool/scalable-pool.ts';
import { RequestScope } from '../../../src/runtime/request-scope.ts';
import { type LoadContext, type OutputLine, plainContext } from '../../../src/runtime/stages/built-in-stage.ts';
import { loadStage } from '../../../src/runtime/stages/load-stage.ts';
import { createRunner } from '../../../src/runtime/stages/runner.ts';
import { type AnyRow, type Schema, schemaOf, text } from '../../../src/schema/column.ts';
import { MeterLog, specOf } from '../stages.ts';

export const functions = fileURLToPath(new URL('./functions.py', import.meta.url));
export const texts = schemaOf({ text }, 'test');

interface PythonOptions extends Partial<Omit<PythonImplementation, 'kind'>> {
  readonly input?: Schema;
  readonly output?: Schema;
  readonly context?: Partial<LoadContext>;
  readonly maxBatch?: number;
  readonly timeoutMs?: number;
  readonly effects?: boolean;
}

/** A stage in Python as the runtime has it, without a pipeline around it. */
export interface PythonUnderTest {
  readonly run: (rows: readonly AnyRow[], scope?: RequestScope) => Promise<readonly AnyRow[]>;
  readonly release: () => Promise<void>;
  readonly isReady: () => boolean;
  readonly pool: ScalablePool;
  readonly lines: readonly OutputLine[];
  readonly crashes: readonly FlowError[];
  /** Settles with the next crash. */
  readonly crash: () => Promise<FlowError>;
  /** Settles once a line has been written. */
  readonly written: (text: string) => Promise<void>;
}

/** Starts the function of functions.py, over one text unless it is said otherwise; it is released when the test ends. */
export async function pythonStage(name: string, options: PythonOptions = {}): Promise<PythonUnderTest> {
  const { input = texts, output = input, context, maxBatch = 32, timeoutMs, effects = false, ...fields } = options;
  const defaults = { module: { file: functions }, setup: null, interpreter: null, replicas: null, memoryLimitMb: null, env: {} };
  const implementation = { kind: 'python', function: name, ...defaults, ...fields } as const;
  const [lines, crashes]: [OutputLine[], FlowError[]] = [[], []];
  const listeners = new Set<() => void>();
  const note = (): void => {
    for (const listener of listeners) listener();
  };
  const until = <T>(found: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const value = found();
        if (value === undefined) return;
        listeners.delete(look);
        resolve(value);
      };
      listeners.add(look);
      look();
    });
  const loaded = await loadStage(
    specOf(implementation, { name: 'python', input, output, maxBatch, timeoutMs, effects }),
    { index: 0 },
    {
      ...plainContext,
      graceMs: 300,
      ...context,
      onCrash: (reason) => {
        crashes.push(reason);
        note();
      },
      onOutput: (line) => {
        lines.push(line);
        note();
      },
    },
  );
  onTestFinished(() => loaded.close());
  const runner = createRunner(loaded, { spec: loaded.spec, state: undefined, clock: context?.clock ?? systemClock, meter: new MeterLog() });
  const pool = loaded.builtIn?.pool;
  if (pool === undefined) throw new RangeError('a stage in Python has a pool');
  if (runner.kind !== 'rows') throw new RangeError('a stage in Python gives rows');
  return {
    run: async (rows, scope = new RequestScope()) => runner.run(rows, scope),
    release: () => loaded.close(),
    pool,
    isReady: () => loaded.builtIn?.isReady ?? false,
    lines,
    crashes,
    crash: () => {
      const before = crashes.length;
      return until(() => crashes[before]);
    },
    written: async (wanted) => void (await until(() => lines.find((line) => line.text === wanted))),
  };
}

export const says = (...all: readonly string[]): readonly AnyRow[] => all.map((value) => ({ text: value }));

import { FlowError, messageOf } from '../../errors/flow-error.ts';
import type { ExpandFunction, StageSpec } from '../../plan/stage.ts';
import type { AnyRow, ColumnSpec, Schema } from '../../schema/column.ts';
import { isDetached } from '../../schema/detached.ts';
import { freeze } from '../../schema/freeze.ts';
import type { Tensor } from '../../schema/tensor.ts';
import { isPromise, type Maybe } from '../maybe.ts';

/**
 * The same stage, over rows that it cannot change without failing: they are frozen, and their bytes and tensors, which cannot
 * be, are compared with what they were before. For development and tests: it copies what it compares.
 * Errors: STAGE_FAILED with what was changed.
 */
export function withReadOnlyRows(spec: StageSpec): StageSpec {
  const { implementation } = spec;
  switch (implementation.kind) {
    case 'row': {
      const { run } = implementation;
      return { ...spec, implementation: { kind: 'row', run: (row, context) => watched(spec, [row], () => run(row, context)) } };
    }
    case 'batch': {
      const { run } = implementation;
      return { ...spec, implementation: { kind: 'batch', run: (rows, context) => watched(spec, rows, () => run(freeze(rows), context)) } };
    }
    case 'expand': {
      const { run } = implementation;
      return { ...spec, implementation: { kind: 'expand', run: (row, context) => watchedRows(spec, row, () => run(row, context)) } };
    }
    case 'predicate': {
      const { test } = implementation;
      return { ...spec, implementation: { kind: 'predicate', test: (row) => watched(spec, [row], () => test(row)) as boolean } };
    }
    case 'group': {
      const { run } = implementation;
      return { ...spec, implementation: { kind: 'group', run: (rows) => watched(spec, rows, () => run(freeze(rows))) } };
    }
    case 'groupPredicate': {
      const { test } = implementation;
      return {
        ...spec,
        implementation: { kind: 'groupPredicate', test: (rows) => watched(spec, rows, () => test(freeze(rows))) as boolean },
      };
    }
    case 'onnx':
    case 'python':
    case 'remote':
      return spec;
  }
}

/** What one call must leave as it is. */
interface Watch {
  /** Throws when bytes have changed. */
  check(): void;
  /** What a stage threw, by what it tried where that was to change a row. */
  named(error: unknown): unknown;
}

function watch({ name: stage, input }: StageSpec, rows: readonly AnyRow[]): Watch {
  const originals = freeze(rows).flatMap((row) => originalsIn(input, row));
  return {
    check() {
      for (const { column, view, copy } of originals) {
        if (isDetached(view)) throw readOnly(stage, `the memory of column "${column}" has been transferred`);
        if (!bytesOf(view).equals(copy)) throw readOnly(stage, `column "${column}" holds other bytes than before`);
      }
    },
    named: (error) => (isRefusedChange(error) ? readOnly(stage, messageOf(error), error) : error),
  };
}

function watched<T>(spec: StageSpec, rows: readonly AnyRow[], call: () => Maybe<T>): Maybe<T> {
  const { check, named } = watch(spec, rows);
  const pass = (result: T): T => {
    check();
    return result;
  };
  try {
    const result = call();
    if (!isPromise(result)) return pass(result);
    return result.then(pass, (error: unknown) => {
      throw named(error);
    });
  } catch (error) {
    throw named(error);
  }
}

/** An expander may be a generator, which runs while its rows are taken. */
function watchedRows(spec: StageSpec, row: AnyRow, call: () => ReturnType<ExpandFunction>): ReturnType<ExpandFunction> {
  const watching = watch(spec, [row]);
  const made = watched(spec, [row], call as () => Maybe<unknown>);
  if (Array.isArray(made) || isPromise(made) || typeof made !== 'object' || made === null) return made as ReturnType<ExpandFunction>;
  if (Symbol.asyncIterator in made) return watchedLater(made as AsyncIterable<AnyRow>, watching);
  return Symbol.iterator in made ? watchedEach(made as Iterable<AnyRow>, watching) : (made as unknown as ReturnType<ExpandFunction>);
}

function* watchedEach(made: Iterable<AnyRow>, { check, named }: Watch): Iterable<AnyRow> {
  try {
    yield* made;
  } catch (error) {
    throw named(error);
  }
  check();
}

async function* watchedLater(made: AsyncIterable<AnyRow>, { check, named }: Watch): AsyncIterable<AnyRow> {
  try {
    yield* made;
  } catch (error) {
    throw named(error);
  }
  check();
}

/** Bytes of a column, and what they were. */
interface Original {
  readonly column: string;
  readonly view: ArrayBufferView;
  readonly copy: Buffer;
}

function originalsIn(schema: Schema, row: AnyRow): readonly Original[] {
  return Object.entries(schema).flatMap(([column, spec]) =>
    viewsIn(spec, row[column]).map((view) => ({ column, view, copy: Buffer.from(bytesOf(view)) })),
  );
}

/** Arrays of numbers in a value that has been checked against its column; what a json column holds is plain, or its own affair. */
function viewsIn(column: ColumnSpec, value: unknown): readonly ArrayBufferView[] {
  if (value === null) return [];
  switch (column.kind) {
    case 'bytes':
      return [value as Uint8Array];
    case 'tensor': {
      const { data } = value as Tensor;
      return Array.isArray(data) ? (data as readonly Uint8Array[]) : [data as ArrayBufferView];
    }
    case 'list':
      return (value as readonly unknown[]).flatMap((element) => viewsIn(column.of, element));
    case 'record':
      return Object.entries(column.fields).flatMap(([name, field]) => viewsIn(field, (value as AnyRow)[name]));
    case 'text':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
    case 'json':
      return [];
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** How V8 refuses a change of what is frozen. */
const REFUSED = /read only property|object is not extensible|Cannot delete property|Cannot redefine property/;

function isRefusedChange(error: unknown): boolean {
  return error instanceof TypeError && REFUSED.test(error.message);
}

function readOnly(stage: string, what: string, cause?: unknown): FlowError {
  return new FlowError('STAGE_FAILED', `stage "${stage}" changed a row that it was given: ${what}`, {
    cause,
    hint: 'Rows are read-only, since other stages may read the same ones: change a copy, such as { ...row } or data.slice().',
  });
}

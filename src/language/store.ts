import { FlowError } from '../errors/flow-error.ts';
import { STORE, type StoreSpec } from '../plan/store.ts';
import {
  type AnyColumn,
  type Bool,
  type ColumnSpec,
  describeValue,
  type Float32,
  type Float64,
  type Int32,
  type Int64,
  specOf,
  type Text,
  type ValueOf,
} from '../schema/column.ts';
import { nameOf } from '../schema/fit.ts';
import { lent, withOwnMemory } from '../schema/own-memory.ts';
import { valueProblem } from '../schema/validate.ts';
import type { KeyValue, StoreEntry, StoreKey } from '../state/key-value.ts';
import { isKeyKind } from './columns.ts';
import { checkOptions } from './options.ts';

/** The columns whose values can be keys. */
export type KeyColumn = Text | Bool | Int32 | Int64 | Float32 | Float64;

/** What lookup asks of a store. */
export interface StoreColumns<K extends AnyColumn, V extends AnyColumn> {
  readonly name: string;
  readonly key: K;
  readonly value: V;
}

/** A value with the revision of the write that put it there. Revisions ascend. */
export interface Entry<V extends AnyColumn> {
  readonly value: ValueOf<V>;
  readonly revision: number;
}

/** Typed key-value state: pipelines look into it with `lookup`, the program reads and writes it by these methods. */
export interface Store<K extends AnyColumn, V extends AnyColumn> extends StoreColumns<K, V> {
  /** The entry under a key, with bytes and tensors for the caller alone; undefined where there is none. Errors: ENTRY_INVALID. */
  get(key: ValueOf<K>): Promise<Entry<V> | undefined>;
  /** One read of several keys: for each its entry, or undefined. */
  getMany(keys: readonly ValueOf<K>[]): Promise<readonly (Entry<V> | undefined)[]>;
  /**
   * Writes a value, of which it keeps a frozen copy, and gives the revision of the write. It keeps objects of classes in json as they
   * are: they must not be changed any more. With `ifRevision` it writes only where the entry has that revision, 0 for none.
   * Errors: ENTRY_INVALID; REVISION_CHANGED where the entry has another one.
   */
  put(key: ValueOf<K>, value: ValueOf<V>, options?: { readonly ifRevision?: number | undefined }): Promise<number>;
  /** Whether there was an entry. */
  delete(key: ValueOf<K>): Promise<boolean>;
}

export interface StoreDefinition<K extends AnyColumn, V extends AnyColumn> {
  readonly key: K;
  readonly value: V;
  /** What it holds at first. */
  readonly entries?: readonly (readonly [ValueOf<NoInfer<K>>, ValueOf<NoInfer<V>>])[] | undefined;
}

/** What a store is to plans, from a definition that a caller without types may have given. */
export function storeSpec(name: unknown, definition: unknown, dataOf: (name: string) => KeyValue): StoreSpec {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new FlowError('OPTION_INVALID', `store: ${describeValue(name)} cannot be its name`, {
      hint: 'Use letters, digits, ".", "_" and "-".',
    });
  }
  const where = `store "${name}"`;
  checkOptions(definition ?? null, ['key', 'value', 'entries'], where);
  const { key, value } = definition as Readonly<Record<string, unknown>>;
  return Object.freeze({ name, key: keyColumn(key, where), value: specOf(value, `${where}: value`), data: dataOf(name) });
}
const NAME = /^[A-Za-z0-9][\w.-]*$/;

function keyColumn(key: unknown, where: string): ColumnSpec {
  const column = specOf(key, `${where}: key`);
  if (isKeyKind(column) && !column.nullable) return column;
  throw new FlowError('COLUMN_MISMATCH', `${where}: key is ${nameOf(column)} but must be text, bool or a number`, {
    hint: 'Give keys of one of those types, without nulls.',
  });
}

/** The handle that the user's program has. */
export function storeHandle(spec: StoreSpec): unknown {
  const checkKey = (key: unknown): StoreKey => checked(spec, 'key', key) as StoreKey;
  const getMany = async (keys: readonly unknown[]): Promise<readonly (StoreEntry | undefined)[]> => {
    const entries = await spec.data.readMany(keys.map(checkKey));
    return entries.map((entry) => entry && lentEntry(spec, entry));
  };
  return Object.freeze({
    name: spec.name,
    key: spec.key,
    value: spec.value,
    [STORE]: spec,
    getMany,
    get: async (key: unknown) => (await getMany([key]))[0],
    async put(key: unknown, value: unknown, options?: { readonly ifRevision?: number }) {
      checkOptions(options, ['ifRevision'], `store "${spec.name}": put`);
      return spec.data.write(checkKey(key), checked(spec, 'value', value), options?.ifRevision);
    },
    delete: async (key: unknown) => spec.data.remove(checkKey(key)),
  });
}

function lentEntry(spec: StoreSpec, entry: StoreEntry): StoreEntry {
  const value = lent(spec.value, entry.value);
  return value === entry.value ? entry : Object.freeze({ ...entry, value });
}

/** Puts the first entries of a store there, which answers at once, and gives them. */
export function seed(spec: StoreSpec, definition: { readonly entries?: unknown }): readonly (readonly [StoreKey, unknown])[] {
  const { entries = [] } = definition;
  if (!Array.isArray(entries)) {
    throw new FlowError(
      'OPTION_INVALID',
      `store "${spec.name}": entries must be an array of pairs of key and value but are ${describeValue(entries)}`,
    );
  }
  return entries.map((entry: unknown) => {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new FlowError(
        'OPTION_INVALID',
        `store "${spec.name}": each entry must be a pair of key and value but one is ${describeValue(entry)}`,
      );
    }
    const [key, value] = [checked(spec, 'key', entry[0]) as StoreKey, checked(spec, 'value', entry[1])];
    spec.data.write(key, value);
    return [key, value];
  });
}

function checked(spec: StoreSpec, part: 'key' | 'value', value: unknown): unknown {
  const problem = valueProblem(spec[part], value);
  if (problem !== null) throw new FlowError('ENTRY_INVALID', `store "${spec.name}": ${part} ${problem}`);
  return withOwnMemory(spec[part], value);
}

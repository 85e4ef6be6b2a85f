/** A value now or later: a store in memory answers at once. */
type Maybe<T> = T | PromiseLike<T>;

/** What may be a key: the values of text, bool and number columns. */
export type StoreKey = string | number | bigint | boolean;

/** A value with the revision of the write that put it there; revisions of a store ascend. */
export interface StoreEntry {
  readonly value: unknown;
  readonly revision: number;
}

/** What keeps the values of one store: in memory, on disk or replicated. Writes are last-writer-wins. */
export interface KeyValue {
  /** One read of several keys: for each its entry, or undefined where there is none. */
  readMany(keys: readonly StoreKey[]): Maybe<readonly (StoreEntry | undefined)[]>;
  /** Gives the revision of the write. Errors: REVISION_CHANGED unless the key's revision is the expected one, 0 for a key that is not there. */
  write(key: StoreKey, value: unknown, expectedRevision?: number): Maybe<number>;
  /** Whether the key was there. */
  remove(key: StoreKey): Maybe<boolean>;
}

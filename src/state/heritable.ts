import type { KeyValue, StoreEntry, StoreKey } from './key-value.ts';

/** The values of a store, until it takes the place of another and has those of that one. */
export class HeritableKeyValue implements KeyValue {
  #values: KeyValue;

  constructor(own: KeyValue) {
    this.#values = own;
  }

  /** From now on both have the values of the other one. */
  inherit(from: HeritableKeyValue): void {
    this.#values = from.#values;
  }

  readMany(keys: readonly StoreKey[]): ReturnType<KeyValue['readMany']> {
    return this.#values.readMany(keys);
  }

  write(key: StoreKey, value: StoreEntry['value'], expectedRevision?: number): ReturnType<KeyValue['write']> {
    return this.#values.write(key, value, expectedRevision);
  }

  remove(key: StoreKey): ReturnType<KeyValue['remove']> {
    return this.#values.remove(key);
  }
}

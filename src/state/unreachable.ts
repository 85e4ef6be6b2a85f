import { FlowError } from '../errors/flow-error.ts';
import type { KeyValue } from './key-value.ts';

/** A store as worker threads see it: its values are on the main thread, and a copy in each worker would be a store of its own. */
export function unreachableKeyValue(name: string): KeyValue {
  const refuse = (): never => {
    throw new FlowError('STORE_UNREACHABLE', `store "${name}" is on the main thread, and this function runs on a worker thread`);
  };
  return { readMany: refuse, write: refuse, remove: refuse };
}

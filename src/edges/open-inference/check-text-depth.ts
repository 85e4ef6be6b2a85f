import { FlowError } from '../../errors/flow-error.ts';
import { byteStringBounds } from '../../wire/byte-strings.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import { isDeeperThan } from '../http/json-depth.ts';

/** Bounds the depth of JSON in the elements of tensors that stand for json, list, record and nullable columns. JSON_TOO_DEEP. */
export function checkTextDepth(jsonColumns: ReadonlySet<string>, tensors: readonly NamedTensor[], maxJsonDepth: number): void {
  for (const { name, datatype, shape, bytes } of tensors) {
    if (datatype !== 'BYTES' || !jsonColumns.has(name)) continue;
    // What is wrong with them otherwise is said where they are read.
    const bounds = byteStringBounds(bytes, shape[0] ?? 0);
    if (typeof bounds === 'string') continue;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < bounds.length; i += 2) {
      if (isDeeperThan(buffer.subarray(bounds[i], bounds[i + 1]), maxJsonDepth)) throw tooDeep(name, i / 2, maxJsonDepth);
    }
  }
}

function tooDeep(name: string, row: number, maxJsonDepth: number): FlowError {
  const problem = `column "${name}" has arrays and objects more than ${maxJsonDepth} deep in row ${row}, the limit maxJsonDepth`;
  return new FlowError('JSON_TOO_DEEP', problem);
}

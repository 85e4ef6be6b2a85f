import { describe, expect, it } from 'vitest';
import { specOf } from '../../../test/support/stages.ts';
import type { Implementation } from '../../plan/stage.ts';
import { type AnyRow, bytes, int32, list, nullable, record, schemaOf, tensor } from '../../schema/column.ts';
import { withReadOnlyRows } from './read-only-rows.ts';

const input = schemaOf(
  { n: int32, ns: list(int32), pixels: tensor('FP32', [-1]), box: record({ image: nullable(bytes) }), blobs: tensor('BYTES', [-1]) },
  'input',
);
const aRow = (): AnyRow => ({
  n: 1,
  ns: [1, 2],
  pixels: { datatype: 'FP32', shape: [2], data: Float32Array.of(1, 2) },
  box: { image: Uint8Array.of(1) },
  blobs: { datatype: 'BYTES', shape: [1], data: [Uint8Array.of(1)] },
});
const context = { state: undefined, signal: new AbortController().signal, deadlineMs: Number.POSITIVE_INFINITY };

// biome-ignore lint/suspicious/noExplicitAny: a user of JavaScript may do anything to a row.
type Change = (row: any) => unknown;

/** What comes of a stage that does this to its row, in each form that a stage may have. */
function forms(change: Change): Readonly<Record<string, Implementation>> {
  const run = (row: AnyRow): AnyRow => {
    change(row);
    return row;
  };
  return {
    row: { kind: 'row', run },
    'row later': { kind: 'row', run: async (row) => run(row) },
    batch: { kind: 'batch', run: (rows) => rows.map(run) },
    'batch later': { kind: 'batch', run: async (rows) => rows.map(run) },
    expand: { kind: 'expand', run: (row) => [run(row)] },
    'expand by a generator': {
      kind: 'expand',
      *run(row) {
        yield run(row);
      },
    },
    'expand by an asynchronous generator': {
      kind: 'expand',
      async *run(row) {
        yield run(row);
      },
    },
    predicate: { kind: 'predicate', test: (row) => change(row) !== 'no' },
  };
}

async function called({ implementation }: { readonly implementation: Implementation }, row: AnyRow): Promise<unknown> {
  switch (implementation.kind) {
    case 'row':
      return implementation.run(row, context);
    case 'batch':
      return implementation.run([row], context);
    case 'expand': {
      const made: AnyRow[] = [];
      for await (const one of await implementation.run(row, context)) made.push(one);
      return made;
    }
    case 'predicate':
      return implementation.test(row);
    case 'onnx':
    case 'remote':
      return undefined;
  }
}

const names = Object.keys(forms(() => {}));
const outcome = async (name: string, change: Change): Promise<unknown> => {
  const implementation = forms(change)[name] as Implementation;
  return called(withReadOnlyRows(specOf(implementation, { input })), aRow()).catch((error: Error) => error.message);
};

describe('a stage with read-only rows', () => {
  it.each(names)('fails when it changes a column: %s', async (name) => {
    expect(await outcome(name, (row) => Object.assign(row, { n: 2 }))).toBe(
      `[STAGE_FAILED] stage "double" changed a row that it was given: Cannot assign to read only property 'n' of object '#<Object>'`,
    );
  });

  it.each(names)('fails when it changes a tensor in place: %s', async (name) => {
    expect(
      await outcome(name, (row) => {
        row.pixels.data[0] = 7;
      }),
    ).toBe('[STAGE_FAILED] stage "double" changed a row that it was given: column "pixels" holds other bytes than before');
  });

  it.each(names)('fails when it transfers the memory of a column: %s', async (name) => {
    expect(
      await outcome(name, (row) => {
        structuredClone(row.box.image, { transfer: [row.box.image.buffer] });
      }),
    ).toBe('[STAGE_FAILED] stage "double" changed a row that it was given: the memory of column "box" has been transferred');
  });

  it.each<readonly [string, Change]>([
    ['adds a column', (row) => Object.assign(row, { m: 2 })],
    ['deletes a column', (row) => Reflect.deleteProperty(row, 'n') || delete row.n],
    ['sorts a list', (row) => row.ns.sort()],
    ['adds to a list', (row) => row.ns.push(1)],
    ['takes from a list', (row) => row.ns.pop()],
    ['changes bytes of a record', (row) => row.box.image.fill(7)],
    ['changes bytes of a tensor of bytes', (row) => row.blobs.data[0].fill(7)],
  ])('fails when it %s', async (_, change) => {
    expect(await outcome('row', change)).toContain('stage "double" changed a row that it was given: ');
  });

  it.each(names)('goes on as before when it only reads: %s', async (name) => {
    const plain = await called(specOf(forms(() => {})[name] as Implementation, { input }), aRow());
    expect(await outcome(name, () => {})).toEqual(plain);
  });

  it.each(names)('passes on what else is thrown: %s', async (name) => {
    expect(
      await outcome(name, () => {
        throw new TypeError('it is bad');
      }),
    ).toBe('it is bad');
  });

  it('leaves a model alone', () => {
    const model = specOf({ kind: 'onnx', model: '/m.onnx', tensors: {}, threads: 1 });
    expect(withReadOnlyRows(model)).toBe(model);
  });
});

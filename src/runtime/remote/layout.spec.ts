import { describe, expect, it } from 'vitest';
import { float32, nullable, schemaOf, tensor } from '../../schema/column.ts';
import type { NamedTensor } from '../../wire/wire-tensor.ts';
import type { Calls } from './check-remote.ts';
import { type Layout, layoutOf, shapeKey } from './layout.ts';

const bytes = new Uint8Array(0);
const t = (name: string, ...shape: readonly number[]): NamedTensor => ({ name, datatype: 'FP32', shape, bytes });
const output = schemaOf({ y: float32, z: tensor('FP32', [-1]) }, 'output');

function layout(calls: Partial<Calls> = {}): Layout {
  const server = { kind: 'remote', url: 'http://triton:8000', model: 'net', version: undefined, connections: 8, headers: {} } as const;
  return layoutOf({ ...server, tensors: { x: 'INPUT0' } }, output, { isBatched: true, maxBatch: 8, wide: new Set(), ...calls });
}

describe('the tensors of a call', () => {
  it('have the names of the model, and those of columns when they come back', () => {
    expect(layout().sent(t('x', 2, 3))).toEqual(t('INPUT0', 2, 3));
    expect(layout().received('z', t('OUTPUT0', 2, 3))).toEqual(t('z', 2, 3));
  });

  it('have no dimension for rows where the model has none', () => {
    const whole = layout({ isBatched: false });
    expect(whole.sent(t('x', 1, 3))).toEqual(t('INPUT0', 3));
    expect(whole.received('z', t('OUTPUT0', 3))).toEqual(t('z', 1, 3));
  });

  it('have a last dimension of 1 where the model has single values so', () => {
    expect(layout({ wide: new Set(['INPUT0']) }).sent(t('x', 2))).toEqual(t('INPUT0', 2, 1));
  });

  it('may have it in replies of single values, whatever the server said', () => {
    expect(layout().received('y', t('OUTPUT0', 2, 1))).toEqual(t('y', 2));
    expect(layout().received('z', t('OUTPUT0', 2, 1))).toEqual(t('z', 2, 1));
  });
});

describe('rows', () => {
  const row = (...shape: readonly number[]) => ({ x: { shape } });

  it('of one shape share calls', () => {
    expect(shapeKey(schemaOf({ x: tensor('FP32', [2, 2]) }, 'input'))(row(2, 2))).toBe('');
  });

  it('of other shapes do not', () => {
    const keyOf = shapeKey(schemaOf({ x: tensor('FP32', [-1, 2]) }, 'input'));
    expect(keyOf(row(1, 2))).not.toBe(keyOf(row(3, 2)));
  });

  it('whose tensors may be missing share calls, since they go as JSON', () => {
    expect(shapeKey(schemaOf({ x: nullable(tensor('FP32', [-1])) }, 'input'))({ x: null })).toBe('');
  });
});

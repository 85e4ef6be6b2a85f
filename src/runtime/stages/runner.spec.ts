import { describe, expect, it } from 'vitest';
import { n, rowsOf } from '../../../test/support/stages.ts';
import { int32, schemaOf } from '../../schema/column.ts';
import { projection } from './runner.ts';

const flow = schemaOf({ n: int32, other: int32 }, 'flow');

describe('projection', () => {
  it('gives a stage the columns it names and no others', () => {
    expect(projection(n, flow)?.([{ n: 1, other: 2 }])).toEqual(rowsOf(1));
  });

  it('gives the rows themselves to a stage that names all columns', () => {
    expect(projection(n, n)).toBeNull();
  });

  it('gives empty rows to a stage that names none', () => {
    expect(projection({}, flow)?.([{ n: 1, other: 2 }])).toEqual([{}]);
  });
});

import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/stages.ts';
import { RequestScope } from '../request-scope.ts';
import { emptyTable } from '../table.ts';
import { flatMap } from './flat-map.ts';

const scope = new RequestScope();
const table = { rows: rowsOf(1, 2, 3), ids: [4, 7, 9], parents: null };

describe('flatMap', () => {
  it('gives each row made an identity of its own and that of the row it was made from', () => {
    const made = flatMap(table, () => [rowsOf(10, 11), [], rowsOf(30)], scope);
    expect(made).toEqual({ rows: rowsOf(10, 11, 30), ids: [0, 1, 2], parents: [4, 4, 9] });
  });

  it('waits for an expander that is asynchronous', async () => {
    expect(await flatMap(table, async () => [[], rowsOf(20), []], scope)).toEqual({ rows: rowsOf(20), ids: [0], parents: [7] });
  });

  it('gives an empty table when nothing was made', () => {
    expect(flatMap(table, () => [[], [], []], scope)).toEqual({ rows: [], ids: [], parents: [] });
  });

  it('does not call the expander without rows', () => {
    const refuse = (): never => {
      throw new Error('called');
    };
    expect(flatMap(emptyTable, refuse, scope)).toEqual(emptyTable);
  });
});

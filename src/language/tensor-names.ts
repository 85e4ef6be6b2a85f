import { FlowError } from '../errors/flow-error.ts';
import { describeValue } from '../schema/column.ts';
import type { Fields } from './stage.ts';

/** The model's tensor for each column: its name, unless the option `tensors` says another. Errors: OPTION_INVALID. */
export function tensorNames(fields: Fields, where: string, columns: readonly string[]): Readonly<Record<string, string>> {
  const given = Object.entries(fields.tensors ?? {});
  const stray = given.find(([name, tensor]) => !columns.includes(name) || typeof tensor !== 'string');
  if (stray !== undefined) {
    throw new FlowError(
      'OPTION_INVALID',
      `${where}: tensors must give the model's tensor name for a column, but has ${stray[0]}: ${describeValue(stray[1])}`,
      {
        hint: `Its columns are ${columns.join(', ')}: write for example tensors: { ${columns[0]}: 'x' }.`,
      },
    );
  }
  return Object.fromEntries([...columns.map((name) => [name, name]), ...given]);
}

import { didYouMean } from '../errors/suggest.ts';
import { type ColumnSpec, isPlain, type Schema } from './column.ts';
import { printShape, shapeFits } from './tensor.ts';

/** `FP32 [3,224,224] or null`: a column's type as a person writes it. */
export function printColumn(column: ColumnSpec): string {
  return column.nullable ? `${printKind(column)} or null` : printKind(column);
}

function printKind(column: ColumnSpec): string {
  if (isPlain(column)) return column.kind;
  switch (column.kind) {
    case 'tensor':
      return `${column.datatype} ${printShape(column.shape)}`;
    case 'list':
      return `list of ${printColumn(column.of)}`;
    case 'record':
      return `record {${printSchema(column.fields)}}`;
    case 'bytes':
      return column.kind;
  }
}

/** `label: text, confidence: float32` */
export function printSchema(schema: Schema): string {
  return Object.entries(schema)
    .map(([name, column]) => `${name}: ${printColumn(column)}`)
    .join(', ');
}

/** `"id", "label", "score"` */
export function printNames(schema: Schema): string {
  const names = Object.keys(schema);
  return names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
}

/** Whether a value of column `have` may stand where `need` is asked for. */
export function columnFits(have: ColumnSpec, need: ColumnSpec): boolean {
  if (have.nullable && !need.nullable) return false;
  if (isPlain(need)) return have.kind === need.kind;
  switch (need.kind) {
    case 'tensor':
      return have.kind === 'tensor' && have.datatype === need.datatype && shapeFits(have.shape, need.shape);
    case 'list':
      return have.kind === 'list' && columnFits(have.of, need.of);
    case 'record':
      return have.kind === 'record' && misfit(have.fields, need.fields) === null;
    case 'bytes':
      return have.kind === need.kind;
  }
}

/** One way in which a flow does not fit what a stage asks for. */
type Misfit = { readonly code: 'COLUMN_UNKNOWN' | 'COLUMN_MISMATCH'; readonly problem: string };

/**
 * The first column of `need` that `have` lacks, or else has with another type, in a sentence; null when all fit. Language's
 * check.ts writes the same sentences for the compiler.
 */
export function misfit(have: Schema, need: Schema): Misfit | null {
  const missing = Object.keys(need).find((name) => columnOf(have, name) === undefined);
  if (missing !== undefined) return { code: 'COLUMN_UNKNOWN', problem: unknownColumn(missing, have) };
  const problem = fieldsDifference(have, need, '');
  return problem === null ? null : { code: 'COLUMN_MISMATCH', problem };
}

function fieldsDifference(have: Schema, need: Schema, prefix: string): string | null {
  for (const [name, wanted] of Object.entries(need)) {
    const found = columnOf(have, name);
    const problem =
      found === undefined ? `column "${prefix.slice(0, -1)}" has no field "${name}"` : difference(found, wanted, `${prefix}${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

/** Goes into lists and records to where they differ: `column "lines[].score" is int32 but must be float32`. */
function difference(have: ColumnSpec, need: ColumnSpec, path: string): string | null {
  if (columnFits(have, need)) return null;
  if (need.nullable || !have.nullable) {
    if (have.kind === 'list' && need.kind === 'list') return difference(have.of, need.of, `${path}[]`);
    if (have.kind === 'record' && need.kind === 'record') return fieldsDifference(have.fields, need.fields, `${path}.`);
  }
  return `column "${path}" is ${nameOf(have)} but must be ${nameOf(need)}`;
}

/** A column's type in a sentence, like printColumn but without what is inside of records: a sentence has an end. */
export function nameOf(column: ColumnSpec): string {
  return column.nullable ? `${shallowName(column)} or null` : shallowName(column);
}

function shallowName(column: ColumnSpec): string {
  if (column.kind === 'record') return 'record';
  return column.kind === 'list' ? `list of ${column.of.kind}` : printKind(column);
}

/** The column of that name, but not what every object has by a name such as "constructor". */
export function columnOf(schema: Schema, name: string): ColumnSpec | undefined {
  return Object.hasOwn(schema, name) ? schema[name] : undefined;
}

/** `this flow has no column "labl" (did you mean "label"?); its columns are "id", "label"` */
export function unknownColumn(name: string, have: Schema): string {
  return `this flow has no column "${name}"${didYouMean(name, Object.keys(have))}; its columns are ${printNames(have)}`;
}

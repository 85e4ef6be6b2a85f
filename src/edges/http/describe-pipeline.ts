import type { LogicalPlan } from '../../plan/node.ts';
import { keepsEveryRow } from '../../plan/traverse.ts';
import type { Schema } from '../../schema/column.ts';
import { exampleRow } from '../../schema/example-row.ts';
import { printColumn } from '../../schema/fit.ts';
import { type JsonSchema, rowJsonSchema } from '../../schema/json-schema.ts';
import { onlyBytesColumn } from './pipeline-codec.ts';

/** A pipeline as GET /pipelines/NAME shows it. */
export interface PipelineDescription {
  readonly name: string;
  readonly input: RowDescription;
  readonly output: RowDescription;
  /** Whether one row object is answered by one row object. */
  readonly answersOneRow: boolean;
  /** A body that POST …/run takes. */
  readonly example: Readonly<Record<string, unknown>>;
}
interface RowDescription {
  /** Each column's type as FlowServe prints it. */
  readonly columns: Readonly<Record<string, string>>;
  /** The same as a JSON Schema of one row. */
  readonly schema: JsonSchema;
  /** Whether the column's bytes may stand alone in the body, without JSON. */
  readonly mayBeRaw: boolean;
}

export function describePipeline({ name, input, output }: LogicalPlan): PipelineDescription {
  return {
    name,
    input: describeRow(input),
    output: describeRow(output.columns),
    answersOneRow: keepsEveryRow(output),
    example: exampleRow(input),
  };
}

function describeRow(schema: Schema): RowDescription {
  return {
    columns: Object.fromEntries(Object.entries(schema).map(([name, column]) => [name, printColumn(column)])),
    schema: rowJsonSchema(schema),
    mayBeRaw: onlyBytesColumn(schema) !== undefined,
  };
}

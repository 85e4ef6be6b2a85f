import type { ColumnSpec, Schema } from '../schema/column.ts';
import type { PhysicalPlan } from './task.ts';

/** A plan as data that can be sent to another thread or process: without the validators of json columns, which stay where values enter. */
export function portablePlan(plan: PhysicalPlan): PhysicalPlan {
  return { ...plan, tables: plan.tables.map(portableSchema) };
}

export function portableSchema(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).map(([name, column]) => [name, portableColumn(column)]));
}

function portableColumn(column: ColumnSpec): ColumnSpec {
  switch (column.kind) {
    case 'json':
      return { kind: 'json', nullable: column.nullable };
    case 'list':
      return { ...column, of: portableColumn(column.of) };
    case 'record':
      return { ...column, fields: portableSchema(column.fields) };
    case 'text':
    case 'bytes':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
    case 'tensor':
      return column;
  }
}

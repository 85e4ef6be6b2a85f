import type { PhysicalPlan, Step, TableNumber } from '../../plan/task.ts';
import type { Schema } from '../../schema/column.ts';
import { andThen, type Maybe } from '../maybe.ts';
import type { RequestScope } from '../request-scope.ts';
import { projection, type Runner } from '../stages/runner.ts';
import type { Table } from '../table.ts';
import { derive } from './derive.ts';
import { filter } from './filter.ts';
import { flatMap } from './flat-map.ts';
import { gather } from './gather.ts';
import { join } from './join.ts';
import { map } from './map.ts';
import { rename } from './rename.ts';
import { select } from './select.ts';

/** One step over the tables it reads, left to right. */
export type Operator = (tables: readonly Table[], scope: RequestScope) => Maybe<Table>;

/** The operator of a step, with its stage bound. */
export function operatorOf(plan: PhysicalPlan, step: Step, runners: ReadonlyMap<string, Runner>): Operator {
  const columnsOf = (table: TableNumber): Schema => plan.tables[table] ?? {};
  switch (step.op) {
    case 'map':
      return mapOperator(
        step.stages.map((stage) => runnerOf(stage, runners)),
        columnsOf(step.input),
      );
    case 'derive':
    case 'flatMap':
    case 'filter':
      return stageOperator(step.op, runnerOf(step.stage, runners), columnsOf(step.input));
    case 'groupFilter':
    case 'groupMap':
    case 'agg':
    case 'lookup':
    case 'joinOn':
    case 'union':
    case 'anyOf':
      throw new RangeError('not yet');
    case 'select':
      return ([table]) => select(table as Table, step.names);
    case 'rename':
      return ([table]) => rename(table as Table, step.names);
    case 'join': {
      const options = { ...step, leftColumns: Object.keys(columnsOf(step.left)), rightColumns: Object.keys(columnsOf(step.right)) };
      return ([left, right]) => join(left as Table, right as Table, options);
    }
    case 'gather':
      return ([table, parent]) => gather(table as Table, parent as Table, step.aggregates);
  }
}

function runnerOf(stage: string, runners: ReadonlyMap<string, Runner>): Runner {
  const runner = runners.get(stage);
  if (runner === undefined) throw new RangeError(`there is no stage "${stage}" here`);
  return runner;
}

function mapOperator(stages: readonly Runner[], flow: Schema): Operator {
  const steps = stages.map((runner, i) => stageOperator('map', runner, i === 0 ? flow : (stages[i - 1] as Runner).spec.output));
  return ([table], scope) => steps.reduce((made: Maybe<Table>, step) => andThen(made, (there) => step([there], scope)), table as Table);
}

/** Which verb takes which kind of stage was checked when the plan was built. */
function stageOperator(op: 'map' | 'derive' | 'flatMap' | 'filter', runner: Runner, flow: Schema): Operator {
  const project = projection(runner.spec.input, flow);
  switch (runner.kind) {
    case 'rows': {
      const operator = op === 'map' ? map : derive;
      return ([table], scope) => operator(table as Table, (rows, of) => runner.run(project(rows), of), scope);
    }
    case 'expand':
      return ([table], scope) => flatMap(table as Table, (rows, of) => runner.run(project(rows), of), scope);
    case 'predicate':
      return ([table], scope) => filter(table as Table, (rows, of) => runner.run(project(rows), of), scope);
  }
}

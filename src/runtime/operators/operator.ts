import type { StoreSpec } from '../../plan/store.ts';
import type { PhysicalPlan, Step, TableNumber } from '../../plan/task.ts';
import type { AnyRow, Schema } from '../../schema/column.ts';
import type { Clock } from '../clock.ts';
import type { Maybe } from '../maybe.ts';
import { deadlineError, type RequestScope } from '../request-scope.ts';
import type { ExpandRunner } from '../stages/expander-stage.ts';
import type { PredicateRunner } from '../stages/predicate-stage.ts';
import type { RowsRunner } from '../stages/row-stage.ts';
import { projection, type Runner } from '../stages/runner.ts';
import type { Table } from '../table.ts';
import { agg } from './agg.ts';
import { derive, deriveBuilder } from './derive.ts';
import { filter } from './filter.ts';
import { flatMap } from './flat-map.ts';
import { gather, gatherOptions } from './gather.ts';
import { groupFilter } from './group-filter.ts';
import { groupMap } from './group-map.ts';
import { join, joinBuilders } from './join.ts';
import { joinOn } from './join-on.ts';
import { lookup } from './lookup.ts';
import { map } from './map.ts';
import { renameBuilder } from './rename.ts';
import { rebuild, selectBuilder } from './select.ts';
import { union } from './union.ts';

interface Surroundings {
  readonly stores?: ReadonlyMap<string, StoreSpec> | undefined;
  readonly clock: Clock;
}

/** One step over the tables it reads, left to right. */
export type Operator = (tables: readonly Table[], scope: RequestScope) => Maybe<Table>;

/**
 * The operator of a step, with its stage or its store bound. Its rows have exactly the columns of the step's output table: where it
 * makes them anew (`buildsRows`), these may be fewer than its verb could give.
 */
export function operatorOf(
  plan: PhysicalPlan,
  step: Step,
  runners: ReadonlyMap<string, Runner>,
  { stores = new Map(), clock }: Surroundings,
): Operator {
  const columnsOf = (table: TableNumber): Schema => plan.tables[table] ?? {};
  const output = columnsOf(step.output);
  switch (step.op) {
    case 'map':
      return mapOperator(
        step.stages.map((stage) => runnerOf(stage, runners)),
        columnsOf(step.input),
      );
    case 'derive':
    case 'flatMap':
    case 'filter':
      return stageOperator(step.op, runnerOf(step.stage, runners), columnsOf(step.input), output);
    case 'groupFilter':
    case 'groupMap':
      return groupOperator(step, runnerOf(step.stage, runners), columnsOf(step.input), output);
    case 'agg':
      return ([table]) => agg(table as Table, { ...step, columns: output });
    case 'lookup': {
      const options = { ...step, store: storeOf(step.store, stores), columns: output };
      return ([table], scope) => lookup(table as Table, options, scope);
    }
    case 'joinOn': {
      const builders = joinBuilders({ ...step, left: columnsOf(step.left), right: columnsOf(step.right), output });
      const options = { on: step.on, builders };
      return ([left, right], scope) => joinOn(left as Table, right as Table, options, () => throwIfOver(scope, clock));
    }
    case 'union': {
      const options = { byIdentity: step.byIdentity, build: selectBuilder(output) };
      return (tables) => union(tables, options);
    }
    case 'select': {
      const build = selectBuilder(output);
      return ([table]) => rebuild(table as Table, build);
    }
    case 'rename': {
      const build = renameBuilder(step.names, output);
      return ([table]) => rebuild(table as Table, build);
    }
    case 'join': {
      const builders = joinBuilders({ ...step, left: columnsOf(step.left), right: columnsOf(step.right), output });
      return ([left, right]) => join(left as Table, right as Table, builders);
    }
    case 'gather': {
      const options = gatherOptions(step.aggregates, output);
      return ([table, parent]) => gather(table as Table, parent as Table, options);
    }
    case 'anyOf':
      // Given the one table that was there first: see races.ts.
      return ([table]) => table as Table;
  }
}

function runnerOf(stage: string, runners: ReadonlyMap<string, Runner>): Runner {
  const runner = runners.get(stage);
  if (runner === undefined) throw new RangeError(`there is no stage "${stage}" here`);
  return runner;
}

function mapOperator(stages: readonly Runner[], flow: Schema): Operator {
  const runs = stages.map((runner, i) => rowsRunner(runner, i === 0 ? flow : (stages[i - 1] as Runner).spec.output));
  return ([table], scope) => map(table as Table, runs, scope);
}

/** Which verb takes which kind of stage was checked when the plan was built. */
function stageOperator(op: 'derive' | 'flatMap' | 'filter', runner: Runner, flow: Schema, output: Schema): Operator {
  switch (op) {
    case 'derive': {
      const [run, build] = [rowsRunner(runner, flow), deriveBuilder(runner.spec.output, output)];
      return ([table], scope) => derive(table as Table, run, scope, build);
    }
    case 'flatMap': {
      const expand = expandRunner(runner, flow);
      return ([table], scope) => flatMap(table as Table, expand, scope);
    }
    case 'filter': {
      const test = predicateRunner(runner, flow);
      return ([table], scope) => filter(table as Table, test, scope);
    }
  }
}

function rowsRunner(runner: Runner, flow: Schema): RowsRunner {
  if (runner.kind !== 'rows') throw new RangeError(`stage "${runner.spec.name}" does not give a row for each row`);
  const project = projection(runner.spec.input, flow);
  return project === null ? runner.run : (rows, scope, made) => runner.run(project(rows), scope, made);
}

function expandRunner(runner: Runner, flow: Schema): ExpandRunner {
  if (runner.kind !== 'expand') throw new RangeError(`stage "${runner.spec.name}" is no expander`);
  const project = projection(runner.spec.input, flow);
  return project === null ? runner.run : (rows, scope) => runner.run(project(rows), scope);
}

function predicateRunner(runner: Runner, flow: Schema): PredicateRunner {
  if (runner.kind !== 'predicate') throw new RangeError(`stage "${runner.spec.name}" is no predicate`);
  const project = projection(runner.spec.input, flow);
  return project === null ? runner.run : (rows, scope) => runner.run(project(rows), scope);
}

type GroupStep = Extract<Step, { readonly op: 'groupFilter' | 'groupMap' }>;

function groupOperator({ keys }: GroupStep, runner: Runner, flow: Schema, columns: Schema): Operator {
  const project = projection(runner.spec.input, flow);
  const seen = (groups: readonly (readonly AnyRow[])[]): readonly (readonly AnyRow[])[] =>
    project === null ? groups : groups.map(project);
  switch (runner.kind) {
    case 'group':
      return ([table], scope) => groupMap(table as Table, { keys, columns }, (groups, of) => runner.run(seen(groups), of), scope);
    case 'groupPredicate':
      return ([table], scope) => groupFilter(table as Table, keys, (groups, of) => runner.run(seen(groups), of), scope);
    case 'rows':
    case 'expand':
    case 'predicate':
      throw new RangeError(`stage "${runner.spec.name}" does not take groups`);
  }
}

function throwIfOver(scope: RequestScope, clock: Clock): void {
  scope.throwIfEnded();
  if (clock.now() >= scope.deadlineMs) throw deadlineError('joinOn');
}

function storeOf(name: string, stores: ReadonlyMap<string, StoreSpec>): StoreSpec {
  const store = stores.get(name);
  if (store === undefined) throw new RangeError(`there is no store "${name}" here`);
  return store;
}

import { FlowError } from '../../errors/flow-error.ts';
import { buildsRows } from '../../plan/complete.ts';
import type {
  Agg,
  Derive,
  Filter,
  FlatMap,
  GroupFilter,
  GroupMap,
  JoinOn,
  LogicalPlan,
  Lookup,
  MapNode,
  PlanNode,
  Union,
} from '../../plan/node.ts';
import type { StageSpec } from '../../plan/stage.ts';
import type { AnyRow } from '../../schema/column.ts';
import type { StoreKey } from '../../state/key-value.ts';
import { aggregate } from '../operators/aggregate.ts';

/** A row and where it came from: its place among the request's rows, then among the rows made from that one, … */
interface Traced {
  readonly path: readonly number[];
  readonly row: AnyRow;
}

/** Gives for each row the rows that a stage makes of it: one, or any number for an expander, or [] or the row itself for a predicate. */
export type CallStage = (stage: StageSpec, rows: readonly AnyRow[]) => Promise<readonly (readonly AnyRow[])[]>;

/**
 * The meaning of a plan, written to be obviously right rather than fast: node after node, whole tables, identity as
 * a path, joins by comparing every pair. What the optimizer and the runtime do must give the same rows.
 */
export async function interpret(plan: LogicalPlan, rows: readonly AnyRow[], call: CallStage): Promise<readonly AnyRow[]> {
  const known = new Map<PlanNode, Promise<readonly Traced[]>>();
  const tableOf = (node: PlanNode): Promise<readonly Traced[]> => {
    const table = known.get(node) ?? compute(node).then((made) => narrowed(node, made));
    known.set(node, table);
    return table;
  };
  const compute = async (node: PlanNode): Promise<readonly Traced[]> => {
    switch (node.op) {
      case 'input':
        return rows.map((row, i) => ({ path: [i], row }));
      case 'map':
        return mapped(node, await tableOf(node.input), call);
      case 'derive':
      case 'flatMap':
      case 'filter':
        return applied(node, await tableOf(node.input), call);
      case 'groupFilter':
      case 'groupMap':
        return appliedToGroups(node, await tableOf(node.input), call);
      case 'agg':
        return aggregated(node, await tableOf(node.input));
      case 'lookup':
        return lookedUp(node, await tableOf(node.input));
      case 'joinOn':
        return joinedOn(node, await tableOf(node.left), await tableOf(node.right));
      case 'union':
        return united(node, await Promise.all(node.inputs.map(tableOf)));
      case 'anyOf':
        // Whichever is first, it has the right to be: then the first of them may as well.
        return tableOf(node.inputs[0] as PlanNode);
      case 'select':
        return (await tableOf(node.input)).map(({ path, row }) => ({ path, row: pick(row, node.names) }));
      case 'rename':
        return (await tableOf(node.input)).map(({ path, row }) => ({ path, row: renamed(row, node.names) }));
      case 'join':
        return joined(node, await tableOf(node.left), await tableOf(node.right));
      case 'gather':
        return gathered(node, await tableOf(node.input), await tableOf(node.parent));
    }
  };
  return (await tableOf(plan.output)).map(({ row }) => row);
}

/** Verbs that build rows build just the columns of their node, which a rewritten plan may have made fewer. */
function narrowed(node: PlanNode, table: readonly Traced[]): readonly Traced[] {
  if (!buildsRows(node)) return table;
  return table.map(({ path, row }) => ({ path, row: pick(row, Object.keys(node.columns)) }));
}

/** What a stage makes of each row, of which it is given the columns it names. */
function called(stage: StageSpec, table: readonly Traced[], call: CallStage): ReturnType<CallStage> {
  const names = Object.keys(stage.input);
  return call(
    stage,
    table.map(({ row }) => pick(row, names)),
  );
}

async function mapped({ stages }: MapNode, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  if (table.length === 0) return [];
  let rows = table;
  for (const stage of stages) {
    const made = await called(stage, rows, call);
    rows = rows.map(({ path }, i) => ({ path, row: made[i]?.[0] ?? {} }));
  }
  return rows;
}

async function applied(node: Derive | FlatMap | Filter, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  if (table.length === 0) return [];
  const made = await called(node.stage, table, call);
  switch (node.op) {
    case 'derive':
      return table.map(({ path, row }, i) => ({ path, row: { ...row, ...made[i]?.[0] } }));
    case 'flatMap':
      return table.flatMap(({ path }, i) => (made[i] ?? []).map((row, j) => ({ path: [...path, j], row })));
    case 'filter':
      return table.filter((_, i) => made[i]?.length === 1);
  }
}

/** The rows of each group, groups in the order of their first rows. */
function groupsOf(table: readonly Traced[], keys: readonly string[]): readonly (readonly Traced[])[] {
  const isFirst = ({ row }: Traced, i: number): boolean => !table.slice(0, i).some((other) => sameKeys(other.row, row, keys));
  return table.filter(isFirst).map((first) => table.filter(({ row }) => sameKeys(first.row, row, keys)));
}

function sameKeys(a: AnyRow, b: AnyRow, keys: readonly string[]): boolean {
  return keys.every((key) => sameValue(a[key], b[key]));
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** A stage of groups is called for one at a time; what it gives for each row goes to the row's place. */
async function appliedToGroups(node: GroupFilter | GroupMap, table: readonly Traced[], call: CallStage): Promise<readonly Traced[]> {
  const made = new Map<Traced, readonly AnyRow[]>();
  for (const group of groupsOf(table, node.keys)) {
    const given = await called(node.stage, group, call);
    group.forEach((traced, i) => {
      made.set(traced, given[i] ?? []);
    });
  }
  if (node.op === 'groupFilter') return table.filter((traced) => made.get(traced)?.length === 1);
  return table.map((traced) => ({ path: traced.path, row: { ...pick(traced.row, node.keys), ...made.get(traced)?.[0] } }));
}

function aggregated({ keys, aggregates }: Agg, table: readonly Traced[]): readonly Traced[] {
  const groups = keys.length === 0 ? [table] : groupsOf(table, keys);
  return groups.map((group, i) => {
    const rows = group.map(({ row }) => row);
    const made = Object.entries(aggregates).map(([name, spec]) => [name, aggregate(spec, rows)]);
    return { path: [i], row: { ...pick(rows[0] ?? {}, keys), ...Object.fromEntries(made) } };
  });
}

async function lookedUp({ store, key, as, missing }: Lookup, table: readonly Traced[]): Promise<readonly Traced[]> {
  const entries = await store.data.readMany(table.map(({ row }) => row[key] as StoreKey));
  return table.map(({ path, row }, i) => {
    const entry = entries[i];
    if (entry === undefined && missing === 'error') throw new FlowError('LOOKUP_MISSING', `${store.name}, ${key}`);
    return { path, row: { ...row, [as]: entry === undefined ? null : entry.value } };
  });
}

function joinedOn({ how, as, on, left, right }: JoinOn, lefts: readonly Traced[], rights: readonly Traced[]): readonly Traced[] {
  const others = Object.keys(right.columns).filter((name) => !on.includes(name));
  const noLeft = nulls(Object.keys(left.columns));
  const noRight = as === null ? nulls(others) : { [as]: null };
  const put = (row: AnyRow): AnyRow => (as === null ? pick(row, others) : { [as]: row });
  const isMatch = (a: AnyRow, b: AnyRow): boolean => sameKeys(a, b, on) && on.every((key) => a[key] !== null);
  const pairs = lefts.flatMap(({ path, row }) => {
    const matches = rights.filter((other) => isMatch(row, other.row));
    if (matches.length === 0 && how !== 'inner') return [{ path: [...path, 0], row: { ...row, ...noRight } }];
    return matches.map((match, i) => ({ path: [...path, i], row: { ...row, ...put(match.row) } }));
  });
  if (how !== 'outer') return pairs;
  const unmatched = rights.filter((other) => !lefts.some(({ row }) => isMatch(row, other.row)));
  const alone = unmatched.map(({ row }) => ({ ...noLeft, ...pick(row, on), ...put(row) }));
  return [...pairs.map(({ row }) => row), ...alone].map((row, i) => ({ path: [i], row }));
}

/** Rows that stand for the same row come together, in the order of the inputs. */
function united({ inputs, columns }: Union, tables: readonly (readonly Traced[])[]): readonly Traced[] {
  const names = Object.keys(columns);
  const all = tables.flatMap((table, i) => table.map(({ path, row }) => ({ path: [...path, i], row: pick(row, names) })));
  const isOneOrigin = inputs.every(({ origin }) => origin === inputs[0]?.origin);
  return isOneOrigin ? all.sort((a, b) => comparePaths(a.path, b.path)) : all.map(({ row }, i) => ({ path: [i], row }));
}

function renamed(row: AnyRow, names: Readonly<Record<string, string>>): AnyRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [Object.hasOwn(names, name) ? names[name] : name, value]));
}

function gathered({ aggregates }: PlanNode & { op: 'gather' }, children: readonly Traced[], parents: readonly Traced[]): readonly Traced[] {
  return parents.map(({ path, row }) => {
    const own = children.filter((child) => samePath(child.path.slice(0, -1), path)).map((child) => child.row);
    const made = Object.entries(aggregates).map(([name, spec]) => [name, aggregate(spec, own)]);
    return { path, row: { ...row, ...Object.fromEntries(made) } };
  });
}

function joined(
  { how, as, left, right }: PlanNode & { op: 'join' },
  lefts: readonly Traced[],
  rights: readonly Traced[],
): readonly Traced[] {
  const noLeft = nulls(Object.keys(left.columns));
  const noRight = as === null ? nulls(Object.keys(right.columns)) : { [as]: null };
  const put = (row: AnyRow): AnyRow => (as === null ? row : { [as]: row });
  const pairs = lefts.flatMap(({ path, row }) => {
    const match = rights.find((other) => samePath(other.path, path));
    if (match !== undefined) return [{ path, row: { ...row, ...put(match.row) } }];
    return how === 'inner' ? [] : [{ path, row: { ...row, ...noRight } }];
  });
  if (how !== 'outer') return pairs;
  const unmatched = rights.filter(({ path }) => !lefts.some((other) => samePath(other.path, path)));
  return [...pairs, ...unmatched.map(({ path, row }) => ({ path, row: { ...noLeft, ...put(row) } }))].sort((a, b) =>
    comparePaths(a.path, b.path),
  );
}

function pick(row: AnyRow, names: readonly string[]): AnyRow {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function nulls(names: readonly string[]): AnyRow {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function samePath(a: readonly number[], b: readonly number[]): boolean {
  return comparePaths(a, b) === 0 && a.length === b.length;
}

function comparePaths(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

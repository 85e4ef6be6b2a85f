import type { ColumnSpec, Schema } from '../schema/column.ts';
import { columnFits } from '../schema/fit.ts';
import { aggregateColumn } from './aggregate.ts';
import type { Input, JoinKind, Origin, PlanNode, Union } from './node.ts';

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A node by its verb and what the verb was given. */
export type BareNode = DistributedOmit<Exclude<PlanNode, Input>, 'columns' | 'origin'>;

/** The node with the columns and the origin that follow from its verb. That the verb fits its inputs is checked by who made it. */
export function completeNode(bare: BareNode): PlanNode {
  return Object.freeze({ ...bare, columns: Object.freeze(columnsAfter(bare)), origin: originAfter(bare) } as PlanNode);
}

/** All the columns that a verb can give. */
export function columnsAfter(node: BareNode): Schema {
  switch (node.op) {
    case 'map':
      return node.stages.at(-1)?.output ?? {};
    case 'flatMap':
      return node.stage.output;
    case 'derive':
      return { ...node.input.columns, ...node.stage.output };
    case 'filter':
    case 'groupFilter':
      return node.input.columns;
    case 'select':
      return pickColumns(node.input.columns, node.names);
    case 'rename':
      return renamed(node.input.columns, node.names);
    case 'groupMap':
      return { ...pickColumns(node.input.columns, node.keys), ...node.stage.output };
    case 'agg':
      return { ...pickColumns(node.input.columns, node.keys), ...aggregated(node.input.columns, node.aggregates) };
    case 'lookup':
      return { ...node.input.columns, [node.as]: { ...node.store.value, nullable: node.store.value.nullable || node.missing === 'null' } };
    case 'join':
      return sideBySide(node, []);
    case 'joinOn':
      return sideBySide(node, node.on);
    case 'gather':
      return { ...node.parent.columns, ...aggregated(node.input.columns, node.aggregates) };
    case 'union':
    case 'anyOf':
      return loosest(node.inputs.map(({ columns }) => columns));
  }
}

/** The columns of the first, which those of the others fit; or of another, where a rewrite has made those of the first narrower. */
function loosest([first = {}, ...others]: readonly Schema[]): Schema {
  const widest = (name: string, column: ColumnSpec): ColumnSpec => {
    const all = [column, ...others.map((columns) => columns[name] ?? column)];
    return all.find((wide) => all.every((each) => columnFits(each, wide))) ?? column;
  };
  return Object.fromEntries(Object.entries(first).map(([name, column]) => [name, widest(name, column)]));
}

type Aggregates = Extract<BareNode, { readonly op: 'agg' }>['aggregates'];

function aggregated(columns: Schema, aggregates: Aggregates): Schema {
  return Object.fromEntries(Object.entries(aggregates).map(([name, aggregate]) => [name, aggregateColumn(aggregate, columns)]));
}

interface Sides {
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly how: JoinKind;
  readonly as: string | null;
}

/** The keys stand once, and are there whichever side is missing. */
function sideBySide({ left, right, how, as }: Sides, keys: readonly string[]): Schema {
  const known = pickColumns(left.columns, keys);
  const mine = how === 'outer' ? { ...withNulls(left.columns), ...keysOfBoth(known, right.columns) } : left.columns;
  if (as !== null) return { ...mine, [as]: { kind: 'record', fields: right.columns, nullable: how !== 'inner' } };
  const theirs = Object.fromEntries(Object.entries(right.columns).filter(([name]) => !keys.includes(name)));
  return { ...mine, ...(how === 'inner' ? theirs : withNulls(theirs)) };
}

/** Of an outer join, whose key may be that of either side. */
function keysOfBoth(keys: Schema, right: Schema): Schema {
  return Object.fromEntries(
    Object.entries(keys).map(([name, column]) => [name, { ...column, nullable: column.nullable || right[name]?.nullable === true }]),
  );
}

function renamed(columns: Schema, names: Readonly<Record<string, string>>): Schema {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [Object.hasOwn(names, name) ? (names[name] as string) : name, column]),
  );
}

/** The named columns, in the order of the names. */
export function pickColumns(columns: Schema, names: readonly string[]): Schema {
  const picked: Record<string, ColumnSpec> = {};
  for (const name of names) {
    const column = columns[name];
    if (column !== undefined) picked[name] = column;
  }
  return Object.freeze(picked);
}

function withNulls(columns: Schema): Schema {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { ...column, nullable: true }]));
}

/** What the rows that a verb gives stand for: those it was given, or rows of its own. */
function originAfter(node: BareNode): Origin {
  switch (node.op) {
    case 'map':
    case 'derive':
    case 'filter':
    case 'select':
    case 'rename':
    case 'groupFilter':
    case 'groupMap':
    case 'lookup':
      return node.input.origin;
    case 'join':
      return node.left.origin;
    case 'gather':
      return node.parent.origin;
    case 'anyOf':
      return (node.inputs[0] as PlanNode).origin;
    case 'flatMap':
      return rowsOf(node.input.origin);
    case 'agg':
      return { name: `groups of ${node.input.origin.name}`, parent: null };
    case 'joinOn':
      return node.how === 'outer'
        ? { name: `pairs of ${node.left.origin.name} and ${node.right.origin.name}`, parent: null }
        : rowsOf(node.left.origin);
    case 'union':
      return unionOrigin(node);
  }
}

function rowsOf(parent: Origin): Origin {
  return { name: `rows of ${parent.name}`, parent };
}

/** Rows that stand for the same can be gathered to it again. */
function unionOrigin({ inputs, byIdentity }: Pick<Union, 'inputs' | 'byIdentity'>): Origin {
  if (byIdentity) return rowsOf((inputs[0] as PlanNode).origin);
  return { name: `union of ${inputs.map(({ origin }) => origin.name).join(' and ')}`, parent: null };
}

/** The same verb over other inputs; the node itself when they are the same. It builds no column that it did not build before. */
export function withChildren(node: PlanNode, children: readonly PlanNode[]): PlanNode {
  if (node.op === 'input') return node;
  const bare = withInputs(node, children);
  if (bare === null) return node;
  const full = columnsAfter(bare);
  const names = Object.keys(full).filter((name) => Object.hasOwn(node.columns, name));
  const columns = buildsRows(node) ? pickColumns(full, names) : full;
  return Object.freeze({ ...bare, columns, origin: originOver(node, bare, children) } as PlanNode);
}

/** Whether a verb makes its rows anew, and so may make them of any of its columns; the others pass on what they or their stages were given. */
export function buildsRows({ op }: PlanNode): boolean {
  switch (op) {
    case 'derive':
    case 'select':
    case 'rename':
    case 'groupMap':
    case 'agg':
    case 'lookup':
    case 'join':
    case 'joinOn':
    case 'gather':
    case 'union':
      return true;
    case 'input':
    case 'map':
    case 'flatMap':
    case 'filter':
    case 'groupFilter':
    case 'anyOf':
      return false;
  }
}

/** The origin of an input, where rows keep theirs; one that the verb makes anew for the same parent is the one it made before. */
function originOver({ origin: before }: PlanNode, bare: BareNode, children: readonly PlanNode[]): Origin {
  const after = originAfter(bare);
  if (children.some(({ origin }) => origin === after)) return after;
  return before.parent === after.parent && before.name === after.name ? before : after;
}

/** The verb over other inputs; null when they are the same. */
export function withInputs(node: Exclude<PlanNode, Input>, children: readonly PlanNode[]): BareNode | null {
  const [first, second] = children as readonly [PlanNode, PlanNode];
  switch (node.op) {
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'filter':
    case 'select':
    case 'rename':
    case 'groupFilter':
    case 'groupMap':
    case 'agg':
    case 'lookup':
      return first === node.input ? null : { ...node, input: first };
    case 'join':
    case 'joinOn':
      return first === node.left && second === node.right ? null : { ...node, left: first, right: second };
    case 'gather':
      return first === node.input && second === node.parent ? null : { ...node, input: first, parent: second };
    case 'union':
    case 'anyOf':
      return children.every((child, i) => child === node.inputs[i]) ? null : { ...node, inputs: children };
  }
}

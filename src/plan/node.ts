import type { AnyRow, Schema } from '../schema/column.ts';
import type { Aggregate } from './aggregate.ts';
import type { StageSpec } from './stage.ts';
import type { StoreSpec } from './store.ts';

/**
 * What the rows of a flow stand for. Compared by identity: two flatMaps of one flow make different rows, and
 * joining them by identity would pair strangers.
 */
export interface Origin {
  readonly name: string;
  /** Whose rows these were made from, one of them each; null for the rows of the request, and where there is no such one. */
  readonly parent: Origin | null;
}

interface Node {
  /** The columns of its rows; fewer than its verb could give once the optimizer has seen that nobody reads the others. */
  readonly columns: Schema;
  readonly origin: Origin;
}

/** The rows of the request. */
export interface Input extends Node {
  readonly op: 'input';
  readonly pipeline: string;
}
/** Each row becomes what the last of the stages returns, each of which is given what the one before returned. */
export interface MapNode extends Node {
  readonly op: 'map';
  readonly input: PlanNode;
  readonly stages: readonly [StageSpec, ...(readonly StageSpec[])];
}
/** Each row gains what the stage returns. */
export interface Derive extends Node {
  readonly op: 'derive';
  readonly input: PlanNode;
  readonly stage: StageSpec;
}
/** Each row becomes any number of rows, of an origin of their own. */
export interface FlatMap extends Node {
  readonly op: 'flatMap';
  readonly input: PlanNode;
  readonly stage: StageSpec;
}
export interface Filter extends Node {
  readonly op: 'filter';
  readonly input: PlanNode;
  readonly stage: StageSpec;
  readonly reads: readonly string[] | 'all';
}
export interface Select extends Node {
  readonly op: 'select';
  readonly input: PlanNode;
  readonly names: readonly string[];
}
export interface Rename extends Node {
  readonly op: 'rename';
  readonly input: PlanNode;
  /** New name by old name. */
  readonly names: Readonly<Record<string, string>>;
}
export type JoinKind = 'inner' | 'left' | 'outer';
/** Rows of one origin, matched by identity. */
export interface Join extends Node {
  readonly op: 'join';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly how: JoinKind;
  /** Put the right row in one column of this name; null: put its columns beside the left ones. */
  readonly as: string | null;
}
/** One row per row of the parent, with aggregates over the rows made from it. */
export interface Gather extends Node {
  readonly op: 'gather';
  readonly input: PlanNode;
  readonly parent: PlanNode;
  readonly aggregates: Readonly<Record<string, Aggregate>>;
}

/** Keeps the rows of the groups that the predicate keeps: all of a group or none. Rows with equal keys are a group. */
export interface GroupFilter extends Node {
  readonly op: 'groupFilter';
  readonly input: PlanNode;
  readonly keys: readonly string[];
  readonly stage: StageSpec;
  readonly reads: readonly string[] | 'all';
}
/** Each row becomes its keys and what the stage returns for it, which is given the rows of one group at a time. */
export interface GroupMap extends Node {
  readonly op: 'groupMap';
  readonly input: PlanNode;
  readonly keys: readonly string[];
  readonly stage: StageSpec;
}
/** One row per group, in the order in which groups are first seen; without keys one row for all rows, also for none. */
export interface Agg extends Node {
  readonly op: 'agg';
  readonly input: PlanNode;
  readonly keys: readonly string[];
  readonly aggregates: Readonly<Record<string, Aggregate>>;
}
/** Each row gains the value that a store has under its key. */
export interface Lookup extends Node {
  readonly op: 'lookup';
  readonly input: PlanNode;
  readonly store: StoreSpec;
  readonly key: string;
  readonly as: string;
  readonly missing: 'error' | 'null';
}
/** Pairs of rows with equal keys, whatever they stand for. */
export interface JoinOn extends Node {
  readonly op: 'joinOn';
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly on: readonly string[];
  readonly how: JoinKind;
  readonly as: string | null;
}
/** The rows of all its inputs; where these stand for the same rows, each row's together. */
export interface Union extends Node {
  readonly op: 'union';
  readonly inputs: readonly PlanNode[];
  /**
   * Whether its inputs stood for the same rows when it was written: then each row's come together, else one input after another. What the
   * optimizer makes of the inputs does not change it.
   */
  readonly byIdentity: boolean;
}
/** The rows of the input that is there first; the others are cancelled. */
export interface AnyOf extends Node {
  readonly op: 'anyOf';
  readonly inputs: readonly PlanNode[];
}

/** The logical plan: immutable nodes, a graph, in which a node with two readers is computed once. */
export type PlanNode =
  | Input
  | MapNode
  | Derive
  | FlatMap
  | Filter
  | Select
  | Rename
  | GroupFilter
  | GroupMap
  | Agg
  | Lookup
  | Join
  | JoinOn
  | Gather
  | Union
  | AnyOf;

/** A pipeline as data: what the language builds and everything else reads. */
export interface LogicalPlan {
  readonly name: string;
  readonly input: Schema;
  readonly output: PlanNode;
  readonly options: PipelineOptions;
}

/** The rows of a pipeline are R. */
export interface PipelineOptions<R = AnyRow> {
  /** How long a request should take at most: batching, racing and scaling work towards it. */
  readonly latencyTargetMs?: number | undefined;
  /** How long a request may take when its caller does not say. */
  readonly timeoutMs?: number | undefined;
  /** A request that every replica answers before others come: a pipeline that fails it does not start. */
  readonly warmUp?: readonly R[] | undefined;
}

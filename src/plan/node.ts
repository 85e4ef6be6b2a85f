import type { Schema } from '../schema/column.ts';
import type { Aggregate } from './aggregate.ts';
import type { StageSpec } from './stage.ts';

/**
 * What the rows of a flow stand for. Compared by identity: two flatMaps of one flow make different rows, and
 * joining them by identity would pair strangers.
 */
export interface Origin {
  readonly name: string;
  /** Whose rows these were made from; null for the rows of the request. */
  readonly parent: Origin | null;
}

interface Node {
  readonly columns: Schema;
  readonly origin: Origin;
}

/** The rows of the request. */
export interface Input extends Node {
  readonly op: 'input';
  readonly pipeline: string;
}
/** Each row becomes what the stage returns. */
export interface MapNode extends Node {
  readonly op: 'map';
  readonly input: PlanNode;
  readonly stage: StageSpec;
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
/** One row per row of the parent, with aggregates over the rows that a flatMap made from it. */
export interface Gather extends Node {
  readonly op: 'gather';
  readonly input: PlanNode;
  readonly parent: PlanNode;
  readonly aggregates: Readonly<Record<string, Aggregate>>;
}

/** The logical plan: immutable nodes, a graph, in which a node with two readers is computed once. */
export type PlanNode = Input | MapNode | Derive | FlatMap | Filter | Select | Rename | Join | Gather;

/** A pipeline as data: what the language builds and everything else reads. */
export interface LogicalPlan {
  readonly name: string;
  readonly input: Schema;
  readonly output: PlanNode;
  readonly options: PipelineOptions;
}

export interface PipelineOptions {
  /** How long a request should take at most: batching, racing and scaling work towards it. */
  readonly latencyTargetMs?: number | undefined;
  /** How long a request may take when its caller does not say. */
  readonly timeoutMs?: number | undefined;
}

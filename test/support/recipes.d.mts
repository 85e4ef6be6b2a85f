import type { Pipeline } from '../../src/pipeline.ts';
import type { PlanNode } from '../../src/plan/node.ts';
import type { Columns } from '../../src/schema/column.ts';

/** One step of a pipeline to be made, in numbers that every value of is taken, so that a recipe can be shrunk freely. */
export interface Step {
  readonly verb: Exclude<PlanNode['op'], 'input'> | 'extend';
  /** Which flow it goes on from. */
  readonly source: number;
  /** Which other flow it takes. */
  readonly other: number;
  /** Which form: how a stage is written, which columns, which kind of join. */
  readonly form: number;
  /** What its function computes. */
  readonly seed: number;
  readonly place: 'loop' | 'thread' | null;
}

export interface Recipe {
  readonly steps: readonly Step[];
  /** Stages throw for about one row in this many; null: never. */
  readonly poison: number | null;
  /** Whether stages without effects are raced, each in its own way; their calls are more then. */
  readonly isRaced?: boolean;
}

export const input: Columns;
/** The pipeline of a recipe: the same one each time. `onCall` hears of every call of a stage. */
export function cook(recipe: Recipe, onCall?: (stage: string, rows: readonly object[]) => void): Pipeline<Columns, Columns>;

import { inputsOf, type PhysicalPlan, type TableNumber } from './task.ts';

/** An alternative of an anyOf: the steps that only it needs may stop once another has won. */
export interface Branch {
  /** The table of the anyOf. */
  readonly race: TableNumber;
  /** The alternative's own table. */
  readonly input: TableNumber;
  /** The branch that the anyOf itself is part of; null for the request. */
  readonly parent: number | null;
}

export interface Branches {
  readonly list: readonly Branch[];
  /** The innermost branch that the step which makes a table belongs to; null where also something else needs it. */
  readonly of: (table: TableNumber) => number | null;
  /** The branches whose alternative a table is. */
  readonly fedBy: (table: TableNumber) => readonly number[];
}

/**
 * Which steps of a plan belong to one alternative alone. From the output up: a step belongs to the innermost branch that
 * holds all who read it, and an anyOf is read by a branch of its own for each alternative.
 */
export function branchesOf(plan: PhysicalPlan): Branches {
  const list: Branch[] = [];
  const readers = new Map<TableNumber, (number | null)[]>([[plan.output, [null]]]);
  const innermost = new Map<TableNumber, number | null>();
  const read = (table: TableNumber, by: number | null): void => {
    readers.set(table, [...(readers.get(table) ?? []), by]);
  };
  for (const step of plan.tasks.flatMap(({ steps }) => steps).reverse()) {
    const [first = null, ...others] = readers.get(step.output) ?? [];
    const branch = others.reduce((a, b) => sharedBranch(list, a, b), first);
    innermost.set(step.output, branch);
    for (const input of new Set(inputsOf(step))) {
      read(input, step.op === 'anyOf' ? list.push({ race: step.output, input, parent: branch }) - 1 : branch);
    }
  }
  const fedBy = (table: TableNumber): readonly number[] => [...list.keys()].filter((branch) => list[branch]?.input === table);
  return { list, of: (table) => innermost.get(table) ?? null, fedBy };
}

/** The innermost branch that holds both. */
function sharedBranch(list: readonly Branch[], a: number | null, b: number | null): number | null {
  const above = new Set(selfAndAbove(list, a));
  return selfAndAbove(list, b).find((branch) => above.has(branch)) ?? null;
}

function selfAndAbove(list: readonly Branch[], branch: number | null): readonly number[] {
  return branch === null ? [] : [branch, ...selfAndAbove(list, list[branch]?.parent ?? null)];
}

/** The branches that the step which makes a table belongs to, innermost first. */
export function branchesAround({ list, of }: Branches, table: TableNumber): readonly number[] {
  return selfAndAbove(list, of(table));
}

/** The innermost branch that holds all these tables' steps. */
export function branchOfAll({ list, of }: Branches, tables: readonly TableNumber[]): number | null {
  const [first, ...others] = tables;
  return first === undefined ? null : others.reduce((branch: number | null, table) => sharedBranch(list, branch, of(table)), of(first));
}

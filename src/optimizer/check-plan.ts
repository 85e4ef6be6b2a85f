import { buildsRows, columnsAfter } from '../plan/complete.ts';
import type { PlanNode } from '../plan/node.ts';
import { printNode } from '../plan/print.ts';
import { children, inOrder, stagesIn } from '../plan/traverse.ts';
import type { Schema } from '../schema/column.ts';
import { columnFits, misfit, printColumn, printSchema } from '../schema/fit.ts';
import { needsOf } from './needs.ts';

/** What a rewrite broke, or null: every node must have the columns it needs, and the answer those it had. */
export function planProblem(before: PlanNode, after: PlanNode): string | null {
  if (!isSameAnswer(before.columns, after.columns)) {
    return `the answer's columns were ${printSchema(before.columns)} and are ${printSchema(after.columns)}`;
  }
  for (const node of inOrder(after)) {
    const problem = inputProblem(node) ?? columnProblem(node) ?? originProblem(node) ?? stageProblem(node);
    if (problem !== null) return `${printNode(node)}: ${problem}`;
  }
  return null;
}

/** The same columns in the same order; their types may have become narrower, where a pipeline that was extended asked for less. */
function isSameAnswer(before: Schema, after: Schema): boolean {
  return Object.keys(before).join() === Object.keys(after).join() && misfit(after, before) === null;
}

function inputProblem(node: PlanNode): string | null {
  const needs = needsOf(node, new Set(Object.keys(node.columns)));
  const missing = children(node).flatMap(({ columns }, i) => [...(needs[i] ?? [])].filter((name) => !Object.hasOwn(columns, name)));
  return missing.length === 0 ? null : `an input has no column "${missing[0]}"`;
}

function columnProblem(node: PlanNode): string | null {
  if (node.op === 'input') return null;
  const possible: Schema = columnsAfter(node);
  const left = Object.keys(possible).find((name) => !Object.hasOwn(node.columns, name));
  if (left !== undefined && !buildsRows(node)) return `it passes on rows as they are and cannot leave out the column "${left}"`;
  for (const [name, column] of Object.entries(node.columns)) {
    const made = possible[name];
    if (made === undefined) return `it cannot give the column "${name}"`;
    if (!columnFits(made, column)) return `its column "${name}" is ${printColumn(made)} but was ${printColumn(column)}`;
  }
  return null;
}

function originProblem(node: PlanNode): string | null {
  switch (node.op) {
    case 'join':
      return node.left.origin === node.right.origin ? null : 'its sides have different rows';
    case 'gather':
      return node.input.origin.parent === node.parent.origin ? null : 'its rows were not made from the rows of its parent';
    case 'anyOf':
      return node.inputs.every(({ origin }) => origin === node.origin) ? null : 'its inputs have different rows';
    case 'input':
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
    case 'joinOn':
    case 'union':
      return null;
  }
}

function stageProblem(node: PlanNode): string | null {
  const [first] = stagesIn(node);
  const [input] = children(node);
  return first === undefined || input === undefined ? null : (misfit(input.columns, first.input)?.problem ?? null);
}

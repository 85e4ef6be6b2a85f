import { buildsRows, pickColumns } from '../../../plan/complete.ts';
import type { LogicalRule } from '../../rule.ts';

/**
 * Op x [a, b, c]  →  Op x [a, b]      when nobody reads c
 *
 * Rows are built without what nobody reads: a photo is not copied along, and not kept until the answer. Source: projection
 * pushdown, System R.
 * Not where a node gives rows as it was given them, or as a stage returned them: leaving a column out would cost a copy.
 * Not what the pipeline answers.
 */
export const pruneColumns: LogicalRule = {
  name: 'prune-columns',
  apply(node, { needed, root }) {
    if (node === root || !buildsRows(node)) return null;
    const wanted = needed(node);
    const names = Object.keys(node.columns).filter((name) => wanted.has(name));
    if (names.length === Object.keys(node.columns).length) return null;
    return Object.freeze({ ...node, columns: pickColumns(node.columns, names) });
  },
};

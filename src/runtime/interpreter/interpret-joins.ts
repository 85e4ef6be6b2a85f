import type { Gather, Join, JoinOn, Union } from '../../plan/node.ts';
import type { AnyRow } from '../../schema/column.ts';
import { aggregate } from '../operators/aggregate.ts';
import { sameKeys } from './interpret-groups.ts';
import { comparePaths, nulls, pick, samePath, type Traced } from './traced.ts';

/** Every pair is looked at. */
export function joined({ how, as, left, right }: Join, lefts: readonly Traced[], rights: readonly Traced[]): readonly Traced[] {
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

/** The same by keys, of which null matches nothing. */
export function joinedOn({ how, as, on, left, right }: JoinOn, lefts: readonly Traced[], rights: readonly Traced[]): readonly Traced[] {
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

/** Each parent with the rows made from it. */
export function gathered({ aggregates }: Gather, children: readonly Traced[], parents: readonly Traced[]): readonly Traced[] {
  return parents.map(({ path, row }) => {
    const own = children.filter((child) => samePath(child.path.slice(0, -1), path)).map((child) => child.row);
    const made = Object.entries(aggregates).map(([name, spec]) => [name, aggregate(spec, own)]);
    return { path, row: { ...row, ...Object.fromEntries(made) } };
  });
}

/** Rows that stand for the same row come together, in the order of the inputs. */
export function united({ byIdentity, columns }: Union, tables: readonly (readonly Traced[])[]): readonly Traced[] {
  const names = Object.keys(columns);
  const all = tables.flatMap((table, i) => table.map(({ path, row }) => ({ path: [...path, i], row: pick(row, names) })));
  return byIdentity ? all.sort((a, b) => comparePaths(a.path, b.path)) : all.map(({ row }, i) => ({ path: [i], row }));
}

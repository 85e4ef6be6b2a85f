import { type BareNode, completeNode } from '../plan/complete.ts';
import type { PlanNode } from '../plan/node.ts';
import type { Columns } from '../schema/column.ts';
import type { Draft } from './draft.ts';
import type { Grouped } from './grouped.ts';
import { aggNode } from './nodes/agg.ts';
import { groupFilterNode } from './nodes/filter.ts';
import { groupMapNode } from './nodes/group-map.ts';

/** Adds a node to the plan and gives the flow of its rows. */
type Grow<F> = (node: PlanNode) => F;

/** What groupBy returns. The draft remembers it until somebody goes on from it: groups that nobody reads are a loose end. */
export function startGroups<F>(draft: Draft, node: PlanNode, keys: readonly string[], grow: Grow<F>): GroupedBuilder<F> {
  const grouped = new GroupedBuilder(draft, node, keys, grow);
  draft.groupings.set(grouped, keys);
  return grouped;
}

/** The untyped implementation of Grouped: rows and the keys that say which of them are a group. No node of the plan of its own. */
export class GroupedBuilder<F> implements Record<keyof Grouped<Columns, string, string>, unknown> {
  readonly #draft: Draft;
  readonly #node: PlanNode;
  readonly #keys: readonly string[];
  readonly #grow: Grow<F>;

  constructor(draft: Draft, node: PlanNode, keys: readonly string[], grow: Grow<F>) {
    this.#draft = draft;
    this.#node = node;
    this.#keys = keys;
    this.#grow = grow;
  }

  agg(build: unknown): F {
    return this.#grow(completeNode(aggNode(this.#goOn(), this.#keys, build)));
  }

  filter(...args: unknown[]): GroupedBuilder<F> {
    return this.#again(groupFilterNode(this.#draft, this.#goOn(), this.#keys, args));
  }

  map(...args: unknown[]): GroupedBuilder<F> {
    return this.#again(groupMapNode(this.#draft, this.#goOn(), this.#keys, args));
  }

  combine(): F {
    return this.#grow(this.#goOn());
  }

  #goOn(): PlanNode {
    this.#draft.groupings.delete(this);
    return this.#node;
  }

  #again(bare: BareNode): GroupedBuilder<F> {
    const node = completeNode(bare);
    this.#grow(node);
    return new GroupedBuilder(this.#draft, node, this.#keys, this.#grow);
  }
}

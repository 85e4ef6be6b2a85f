import type { PlanNode } from '../plan/node.ts';
import { needsUserCode, type Place } from '../plan/stage.ts';
import { children, inOrder, stagesIn } from '../plan/traverse.ts';

/**
 * Where each node runs. A stage that says so, a model, and a function whose code is on the event loop alone are
 * pinned; everything between goes with its neighbours: to the threads when one of the nearest pinned nodes, up
 * or down the plan, is there, so that JavaScript between two models stays on the models' thread.
 */
export function placeNodes(root: PlanNode, codeInThreads: boolean): ReadonlyMap<PlanNode, Place> {
  const nodes = inOrder(root);
  const pinned = new Map<PlanNode, Place>();
  for (const node of nodes) {
    const place = pinOf(node, codeInThreads);
    if (place !== undefined) pinned.set(node, place);
  }
  const above = nearest(nodes, pinned, children);
  const below = nearest([...nodes].reverse(), pinned, readersOf(nodes));
  const places = new Map<PlanNode, Place>();
  for (const node of nodes) {
    const near = new Set([...(above.get(node) ?? []), ...(below.get(node) ?? [])]);
    places.set(node, pinned.get(node) ?? betweenNeighbours(near, stagesIn(node).length > 0, codeInThreads));
  }
  return places;
}

/** Stores are on the event loop, and so are lookups. */
function pinOf(node: PlanNode, codeInThreads: boolean): Place | undefined {
  if (node.op === 'lookup') return 'loop';
  const stages = stagesIn(node);
  const said = stages.find(({ runsOn }) => runsOn !== undefined);
  if (said !== undefined) return said.runsOn;
  return stages.some(needsUserCode) && !codeInThreads ? 'loop' : undefined;
}

/** A verb without a function has nothing to gain on a thread, unless its neighbours' rows are there anyway. */
function betweenNeighbours(near: ReadonlySet<Place>, hasStage: boolean, codeInThreads: boolean): Place {
  if (!near.has('thread')) return 'loop';
  if (!near.has('loop')) return 'thread';
  return hasStage || codeInThreads ? 'thread' : 'loop';
}

/** For each node, the places of the pinned nodes that are reached first in one direction. */
function nearest(
  ordered: readonly PlanNode[],
  pinned: ReadonlyMap<PlanNode, Place>,
  next: (node: PlanNode) => readonly PlanNode[],
): ReadonlyMap<PlanNode, ReadonlySet<Place>> {
  const found = new Map<PlanNode, ReadonlySet<Place>>();
  for (const node of ordered) {
    const places = next(node).flatMap((other) => {
      const pin = pinned.get(other);
      return pin === undefined ? [...(found.get(other) ?? [])] : [pin];
    });
    found.set(node, new Set(places));
  }
  return found;
}

function readersOf(nodes: readonly PlanNode[]): (node: PlanNode) => readonly PlanNode[] {
  const readers = new Map<PlanNode, PlanNode[]>();
  for (const node of nodes) {
    for (const child of children(node)) readers.set(child, [...(readers.get(child) ?? []), node]);
  }
  return (node) => readers.get(node) ?? [];
}

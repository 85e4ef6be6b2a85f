import type { PlanNode } from './node.ts';

/** What a verb was given beside its inputs and stages, as data: two nodes of one verb, input and stage that differ here give different rows. */
export function parametersOf(node: PlanNode): Readonly<Record<string, unknown>> {
  switch (node.op) {
    case 'input':
    case 'map':
    case 'derive':
    case 'flatMap':
    case 'anyOf':
      return {};
    case 'union':
      return { byIdentity: node.byIdentity };
    case 'filter':
      return { reads: node.reads };
    case 'select':
    case 'rename':
      return { names: node.names };
    case 'groupFilter':
      return { keys: node.keys, reads: node.reads };
    case 'groupMap':
      return { keys: node.keys };
    case 'agg':
      return { keys: node.keys, aggregates: node.aggregates };
    case 'lookup':
      return { store: node.store.name, key: node.key, as: node.as, missing: node.missing };
    case 'join':
      return { how: node.how, as: node.as };
    case 'joinOn':
      return { on: node.on, how: node.how, as: node.as };
    case 'gather':
      return { aggregates: node.aggregates };
  }
}

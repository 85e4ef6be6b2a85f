import { FlowError } from '../errors/flow-error.ts';
import { type BareNode, completeNode } from '../plan/complete.ts';
import type { LogicalPlan, Origin, PipelineOptions, PlanNode } from '../plan/node.ts';
import { printNode } from '../plan/print.ts';
import { inOrder } from '../plan/traverse.ts';
import { type ColumnSpec, type Columns, describeValue, type Schema } from '../schema/column.ts';
import { rowProblem } from '../schema/validate.ts';
import { checkFree, checkIsKey, namesArgument } from './columns.ts';
import { createDraft, type Draft } from './draft.ts';
import type { Flow } from './flow.ts';
import { type GroupedBuilder, startGroups } from './grouped-builder.ts';
import { aggNode } from './nodes/agg.ts';
import { extendedNodes } from './nodes/extend.ts';
import { filterNode } from './nodes/filter.ts';
import { gatherNode } from './nodes/gather.ts';
import { joinNode } from './nodes/join.ts';
import { joinOnNode } from './nodes/join-on.ts';
import { lookupNode } from './nodes/lookup.ts';
import { renameNode } from './nodes/rename.ts';
import { anyOfNode, unionNode } from './nodes/union.ts';
import { checkOptions, isDuration } from './options.ts';
import { stageArgument } from './stage-argument.ts';

/**
 * Builds the logical plan of a pipeline: calls `build` with the input flow and takes the flow it returns.
 * Checks at run time what the types of Flow check at compile time, with the same sentences, and what they
 * cannot see: duplicate names, loose ends, flows of other pipelines, different flatMaps of one parent.
 */
export function buildPlan(name: string, input: Schema, build: (rows: FlowBuilder) => unknown, options: PipelineOptions): LogicalPlan {
  checkPipelineOptions(options, input, `pipeline "${name}"`);
  const draft = createDraft();
  const origin: Origin = { name: 'request', parent: null };
  const output = build(grow(draft, Object.freeze({ op: 'input', pipeline: name, columns: input, origin })));
  if (!(output instanceof FlowBuilder)) {
    throw new FlowError(
      'PIPELINE_INVALID',
      `pipeline "${name}": the build function must return a flow but returned ${describeValue(output)}`,
    );
  }
  const node = output.nodeIn(draft, `pipeline "${name}"`);
  const used = new Set(inOrder(node));
  const loose = [...draft.nodes].find((other) => !used.has(other));
  if (loose !== undefined) {
    throw new FlowError('LOOSE_END', `pipeline "${name}": the output does not use the step "${printNode(loose)}"`);
  }
  const [grouping] = draft.groupings.values();
  if (grouping !== undefined) {
    throw new FlowError('LOOSE_END', `pipeline "${name}": nothing goes on from the groups by ${grouping.join(', ')}`, {
      hint: 'Call agg, filter, map or combine on what groupBy returns, or delete it.',
    });
  }
  return Object.freeze({ name, input, output: node, options });
}

function checkPipelineOptions(options: PipelineOptions, input: Schema, where: string): void {
  checkOptions(options, ['latencyTargetMs', 'timeoutMs', 'warmUp'], where);
  const { warmUp, ...durations } = options;
  for (const [name, value] of Object.entries(durations)) {
    if (value !== undefined && !isDuration(value)) {
      throw new FlowError('OPTION_INVALID', `${where}: ${name} must be a number of milliseconds above 0 but is ${describeValue(value)}`);
    }
  }
  if (warmUp !== undefined) checkWarmUp(warmUp, input, where);
}

function checkWarmUp(rows: unknown, input: Schema, where: string): void {
  if (!Array.isArray(rows))
    throw new FlowError('OPTION_INVALID', `${where}: warmUp must be an array of rows but is ${describeValue(rows)}`);
  for (const [i, row] of rows.entries()) {
    const problem = rowProblem(input, row);
    if (problem !== null) throw new FlowError('OPTION_INVALID', `${where}: row ${i} of warmUp: ${problem}`);
  }
}

function grow(draft: Draft, node: PlanNode): FlowBuilder {
  draft.nodes.add(node);
  return new FlowBuilder(draft, node);
}

/** The untyped implementation of Flow: its methods are the verbs. */
class FlowBuilder implements Record<keyof Flow<Columns>, unknown> {
  readonly #draft: Draft;
  readonly #node: PlanNode;

  constructor(draft: Draft, node: PlanNode) {
    this.#draft = draft;
    this.#node = node;
  }

  get columns(): Schema {
    return this.#node.columns;
  }

  get origin(): string {
    return this.#node.origin.name;
  }

  nodeIn(draft: Draft, where: string): PlanNode {
    if (draft !== this.#draft) throw new FlowError('FLOW_FOREIGN', `${where}: this flow belongs to another pipeline`);
    return this.#node;
  }

  map(...args: unknown[]): FlowBuilder {
    const stage = stageArgument(this.#draft, this.columns, { verb: 'map', kind: 'stage', inPlace: 'row' }, args);
    return this.#grow({ op: 'map', input: this.#node, stages: [stage] });
  }

  derive(...args: unknown[]): FlowBuilder {
    const stage = stageArgument(this.#draft, this.columns, { verb: 'derive', kind: 'stage', inPlace: 'row' }, args);
    checkFree('derive', this.columns, stage.output);
    return this.#grow({ op: 'derive', input: this.#node, stage });
  }

  flatMap(...args: unknown[]): FlowBuilder {
    const stage = stageArgument(this.#draft, this.columns, { verb: 'flatMap', kind: 'expander', inPlace: 'expand' }, args);
    return this.#grow({ op: 'flatMap', input: this.#node, stage });
  }

  filter(...args: unknown[]): FlowBuilder {
    return this.#grow(filterNode(this.#draft, this.#node, args));
  }

  select(...args: unknown[]): FlowBuilder {
    return this.#grow({ op: 'select', input: this.#node, names: namesArgument('select', this.columns, args) });
  }

  rename(names: unknown): FlowBuilder {
    return this.#grow(renameNode(this.#node, names));
  }

  join(other: unknown, options: unknown = {}): FlowBuilder {
    return this.#grow(joinNode(this.#node, this.#other('join', other), options));
  }

  gather(parent: unknown, build: unknown): FlowBuilder {
    return this.#grow(gatherNode(this.#node, this.#other('gather', parent), build));
  }

  groupBy(...names: unknown[]): GroupedBuilder<FlowBuilder> {
    const keys = namesArgument('groupBy', this.columns, names);
    for (const name of keys) checkIsKey('groupBy', name, this.columns[name] as ColumnSpec);
    return startGroups(this.#draft, this.#node, keys, (node) => grow(this.#draft, node));
  }

  agg(build: unknown): FlowBuilder {
    return this.#grow(aggNode(this.#node, [], build));
  }

  lookup(store: unknown, options: unknown): FlowBuilder {
    return this.#grow(lookupNode(this.#draft, this.#node, store, options));
  }

  joinOn(other: unknown, options: unknown): FlowBuilder {
    return this.#grow(joinOnNode(this.#node, this.#other('joinOn', other), options));
  }

  union(...others: unknown[]): FlowBuilder {
    return this.#grow(unionNode([this.#node, ...this.#others('union', others)]));
  }

  anyOf(...others: unknown[]): FlowBuilder {
    return this.#grow(anyOfNode([this.#node, ...this.#others('anyOf', others)]));
  }

  extend(pipeline: unknown): FlowBuilder {
    const nodes = extendedNodes(this.#draft, this.#node, pipeline);
    for (const node of nodes) this.#draft.nodes.add(node);
    return new FlowBuilder(this.#draft, nodes.at(-1) ?? this.#node);
  }

  #grow(bare: BareNode): FlowBuilder {
    return grow(this.#draft, completeNode(bare));
  }

  #others(verb: string, others: readonly unknown[]): readonly PlanNode[] {
    return others.map((other) => this.#other(verb, other, 'every'));
  }

  #other(verb: string, other: unknown, which: 'the first' | 'every' = 'the first'): PlanNode {
    if (!(other instanceof FlowBuilder)) {
      throw new FlowError(
        'PIPELINE_INVALID',
        `${verb}: ${which} argument must be a flow but ${which === 'every' ? 'one is' : 'is'} ${describeValue(other)}`,
      );
    }
    return other.nodeIn(this.#draft, verb);
  }
}

export type { FlowBuilder };

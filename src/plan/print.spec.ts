import { describe, expect, it } from 'vitest';
import { map as mapOf, remoteModel, request } from '../../test/support/plan-nodes.ts';
import { float32, int32, list, nullable, record, schemaOf, tensor, text } from '../schema/column.ts';
import type { Join, Origin, PlanNode } from './node.ts';
import { printNode, printPlan } from './print.ts';
import type { StageSpec } from './stage.ts';

const origin: Origin = { name: 'request', parent: null };
const columns = schemaOf({ label: text, score: nullable(float32) }, 'spec');
const words: PlanNode = { op: 'input', pipeline: 'words', columns, origin };

function step(name: string, output = schemaOf({ out: text }, 'spec')): StageSpec {
  const implementation = { kind: 'row', run: (row: object) => ({ ...row }) } as const;
  const options = {
    setup: undefined,
    teardown: undefined,
    maxBatch: 1,
    timeoutMs: undefined,
    runsOn: undefined,
    effects: false,
    race: undefined,
  };
  return { name, input: columns, output, implementation, ...options };
}
const map = (input: PlanNode, name: string): PlanNode => ({ op: 'map', input, stages: [step(name)], columns, origin });
const join = (left: PlanNode, right: PlanNode, fields: Partial<Join> = {}): PlanNode => ({
  op: 'join',
  left,
  right,
  how: 'inner',
  as: null,
  columns,
  origin,
  ...fields,
});

describe('a printed plan', () => {
  it('names the server of a stage that another computes, and none of its headers', () => {
    const plan = mapOf(request('photo'), remoteModel('far: photo → label', '2'), remoteModel('near: label → name'));
    expect(printPlan(plan)).toMatchInlineSnapshot(`
      "Map far (net version 2 at http://triton:8000) → near (net at http://triton:8000) [name: text]
        Input words [photo: text]"
    `);
  });

  it('has the root first and two spaces per level', () => {
    expect(printPlan(map(map(words, 'clean'), 'stem'))).toMatchInlineSnapshot(`
      "Map stem [label: text, score: float32 or null] without out
        Map clean [label: text, score: float32 or null] without out
          Input words [label: text, score: float32 or null]"
    `);
  });

  it('numbers a node with several readers, and prints it once', () => {
    const clean = map(words, 'clean');
    expect(printPlan(join(map(clean, 'stem'), join(clean, map(words, 'count'))))).toMatchInlineSnapshot(`
      "Join inner by identity
        Map stem [label: text, score: float32 or null] without out
          #1 Map clean [label: text, score: float32 or null] without out
            #2 Input words [label: text, score: float32 or null]
        Join inner by identity
          #1
          Map count [label: text, score: float32 or null] without out
            #2"
    `);
  });

  it('numbers a node that is read twice by one reader', () => {
    expect(printPlan(join(words, words, { as: 'twin' }))).toMatchInlineSnapshot(`
      "Join inner by identity as twin without twin
        #1 Input words [label: text, score: float32 or null]
        #1"
    `);
  });

  it('does not number equal nodes that are not the same', () => {
    expect(printPlan(join(map(words, 'clean'), map(words, 'clean')))).toMatchInlineSnapshot(`
      "Join inner by identity
        Map clean [label: text, score: float32 or null] without out
          #1 Input words [label: text, score: float32 or null]
        Map clean [label: text, score: float32 or null] without out
          #1"
    `);
  });
});

describe('a printed node', () => {
  const stage = step('stem', schemaOf({ stem: text, box: tensor('FP32', [4, -1]) }, 'spec'));
  const nodes: readonly PlanNode[] = [
    words,
    { op: 'map', input: words, stages: [stage], columns: stage.output, origin },
    { op: 'derive', input: words, stage, columns, origin },
    { op: 'flatMap', input: words, stage, columns: schemaOf({ parts: list(record({ n: int32 })) }, 'spec'), origin },
    { op: 'filter', input: words, stage, reads: 'all', columns, origin },
    { op: 'filter', input: words, stage, reads: ['score', 'label'], columns, origin },
    { op: 'select', input: words, names: ['label'], columns, origin },
    { op: 'rename', input: words, names: { label: 'name', score: 'sure' }, columns, origin },
    join(words, words),
    join(words, words, { how: 'left', as: 'twin' }),
    {
      op: 'gather',
      input: words,
      parent: words,
      columns,
      origin,
      aggregates: {
        n: { kind: 'count' },
        total: { kind: 'sum', column: 'score' },
        best: { kind: 'argMax', column: 'label', by: 'score' },
        all: { kind: 'collectRecords', columns: ['label', 'score'], sortBy: 'score' },
        plain: { kind: 'collectRecords', columns: ['label'], sortBy: undefined },
      },
    },
  ];

  it('is its verb, then what a reader asks first', () => {
    expect(nodes.map(printNode).join('\n')).toMatchInlineSnapshot(`
      "Input words [label: text, score: float32 or null]
      Map stem [stem: text, box: FP32 [4,-1]]
      Derive stem [+ stem: text, box: FP32 [4,-1]] without stem, box
      FlatMap stem [parts: list of record {n: int32}] without stem, box
      Filter stem reads all columns
      Filter stem reads score, label
      Select label
      Rename label → name, score → sure without name, sure
      Join inner by identity
      Join left by identity as twin without twin
      Gather n = count(), total = sum(score), best = argMax(label by score), all = collect(label, score sorted by score), plain = collect(label) without n, total, best, all, plain"
    `);
  });
});

import { describe, expect, it } from 'vitest';
import { words } from '../../test/support/plans.ts';
import { nullable, type Schema, schemaOf, text } from '../schema/column.ts';
import { printSchema } from '../schema/fit.ts';
import { completeNode, withChildren } from './complete.ts';
import type { PlanNode } from './node.ts';

const origin = { name: 'request', parent: null };
const input = (columns: Schema): PlanNode => ({ op: 'input', pipeline: 'words', columns, origin });
const maybe = schemaOf({ label: nullable(text) }, 'maybe');
const sure = schemaOf({ label: text }, 'sure');

describe('withChildren', () => {
  it('gives the node itself where nothing changes', () => {
    const rows = input(words);
    const node = completeNode({ op: 'select', input: rows, names: ['label'] });
    expect(withChildren(node, [rows])).toBe(node);
  });

  it('does not give columns again that the node gave no more', () => {
    const join = completeNode({ op: 'joinOn', left: input(words), right: input(sure), on: ['label'], how: 'left', as: 'other' });
    const pruned: PlanNode = { ...join, columns: schemaOf({ id: words.id, other: join.columns.other }, 'pruned') };
    expect(printSchema(withChildren(pruned, [input(words), input(sure)]).columns)).toBe('id: int64, other: record {label: text} or null');
  });

  it('keeps the origin of a union over other inputs of the same rows', () => {
    const union = completeNode({ op: 'union', inputs: [input(maybe), input(sure)], byIdentity: true });
    expect(withChildren(union, [input(maybe), input(maybe)]).origin).toBe(union.origin);
  });

  it('takes the origin of another input where rows keep theirs, though it is as alike as those of two unions', () => {
    const unionOf = () => completeNode({ op: 'union', inputs: [input(sure), input(sure)], byIdentity: true });
    const [one, other] = [unionOf(), unionOf()];
    const selected = completeNode({ op: 'select', input: one, names: ['label'] });
    expect(withChildren(selected, [other]).origin).toBe(other.origin);
  });
});

describe('the columns of a union', () => {
  it('may be null where those of one of its flows may be', () => {
    const union = completeNode({ op: 'union', inputs: [input(maybe), input(sure)], byIdentity: true });
    expect(printSchema(union.columns)).toBe('label: text or null');
    expect(printSchema(withChildren(union, [input(sure), input(maybe)]).columns)).toBe('label: text or null');
    expect(printSchema(withChildren(union, [input(sure), input(sure)]).columns)).toBe('label: text');
  });
});

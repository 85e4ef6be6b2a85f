import { describe, expect, it } from 'vitest';
import { derive, filter, inPython, join, lookup, map, model, remoteModel, request, step } from '../../test/support/plan-nodes.ts';
import type { LogicalPlan, PlanNode } from './node.ts';
import { planJson } from './plan-json.ts';

const build = (threshold = 'sure'): LogicalPlan => {
  const photos = request('photo');
  const small = derive(photos, model('small: photo → label, sure'));
  const careful: PlanNode = map(filter(small, threshold), step('large: photo → better'));
  const output = lookup(join(small, careful, 'left'), 'label', 'meaning', 'null');
  return { name: 'cascade', input: photos.columns, output, options: { timeoutMs: 100 } };
};

describe('a plan as JSON', () => {
  const json = planJson(build());

  it('has each node once, after those it reads', () => {
    expect(json.nodes.map(({ op, inputs }) => [op, inputs])).toEqual([
      ['input', []],
      ['derive', [0]],
      ['filter', [1]],
      ['map', [2]],
      ['join', [1, 3]],
      ['lookup', [4]],
    ]);
  });

  it('says what each verb was given', () => {
    expect(json.nodes[5]).toMatchObject({ store: 'names', key: 'label', as: 'meaning', missing: 'null', origin: 'request' });
    expect(json.nodes[2]).toMatchObject({ stage: 'keep', reads: ['sure'] });
  });

  it('describes stages and stores as data', () => {
    expect(json.stages.map(({ name, kind }) => `${name}: ${kind}`)).toEqual(['small: onnx', 'keep: predicate', 'large: row']);
    expect(json.stores.map(({ name }) => name)).toEqual(['names']);
    expect(JSON.parse(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(planJson(build()))));
  });

  it('has the same hash for the same plan, and another for another', () => {
    expect(json.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(planJson(build()).hash).toBe(json.hash);
    expect(planJson(build('label')).hash).not.toBe(json.hash);
    expect(planJson({ ...build(), options: { timeoutMs: 200 } }).hash).not.toBe(json.hash);
    expect(planJson({ ...build(), options: { timeoutMs: 100, warmUp: [{ id: 1n }] } })).toEqual(json);
  });

  it('has what a function in Python is, but neither the folder of its file nor its environment', () => {
    const of = (fields: Parameters<typeof inPython>[1]) => {
      const words = request('word');
      return planJson({ name: 'p', input: words.columns, output: map(words, inPython('detect: word → label', fields)), options: {} });
    };
    expect(of({}).stages[0]).toMatchObject({ kind: 'python', module: 'lang.py', function: 'detect', interpreter: null, replicas: null });
    expect(of({ module: { file: '/b/lang.py' }, env: { TOKEN: 'secret' } })).toEqual(of({}));
    for (const fields of [
      { function: 'guess' },
      { module: { name: 'lang' } },
      { interpreter: 'python3.12' },
      { replicas: 2 },
      { setup: 'load' },
    ])
      expect(of(fields).hash).not.toBe(of({}).hash);
  });

  describe('of a model of another server', () => {
    const jsonOf = (version?: string) => {
      const photos = request('photo');
      const output = map(photos, remoteModel('far: photo → label', version));
      return planJson({ name: 'far', input: photos.columns, output, options: {} });
    };

    it('says where it is and which it is, and no headers', () => {
      expect(jsonOf('2').stages).toMatchObject([{ kind: 'remote', url: 'http://triton:8000', model: 'net', version: '2', connections: 8 }]);
      expect(JSON.stringify(jsonOf('2'))).not.toMatch(/secret|authorization/);
    });

    it('is another with another version', () => expect(jsonOf('2').hash).not.toBe(jsonOf().hash));
  });
});

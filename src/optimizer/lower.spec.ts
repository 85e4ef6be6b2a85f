import { describe, expect, it } from 'vitest';
import { derive, flatMap, gather, join, lookup, map, model, request, select, step, union } from '../../test/support/plan-nodes.ts';
import { printTasks } from '../plan/task.ts';
import { physicalPlan } from './testing.ts';

const words = request('word');
const clean = step('clean: word → word');

describe('a lowered plan', () => {
  it('has a task for every node, on the event loop unless it is pinned', () => {
    const plan = physicalPlan(select(derive(map(words, clean), model('embed: word → vector')), 'vector'), []);
    expect(printTasks(plan, 2)).toMatchInlineSnapshot(`
      "task 1 on the event loop
        map clean
      task 2 on 2 threads: takes word, gives word, vector
        derive embed
      task 3 on the event loop
        select vector"
    `);
  });

  it('has a table for every node, with the columns of its rows', () => {
    const plan = physicalPlan(select(derive(words, step('score: word → score')), 'score'), []);
    expect(plan.tables.map((columns) => Object.keys(columns))).toEqual([['word'], ['word', 'score'], ['score']]);
  });

  it('computes a node with two readers once', () => {
    const cleaned = map(words, clean);
    const plan = physicalPlan(join(cleaned, map(cleaned, step('stem: word → stem')), 'left'), []);
    expect(plan.tasks.map(({ reads, gives }) => ({ reads, gives }))).toEqual([
      { reads: [0], gives: [1] },
      { reads: [1], gives: [2] },
      { reads: [1, 2], gives: [3] },
    ]);
  });

  it('says of a union whether its inputs stand for the same rows', () => {
    const isByIdentity = (plan: ReturnType<typeof physicalPlan>): unknown => plan.tasks.at(-1)?.steps[0];
    expect(isByIdentity(physicalPlan(union(words, map(words, clean)), []))).toMatchObject({ byIdentity: true });
    expect(isByIdentity(physicalPlan(union(words, flatMap(words, clean)), []))).toMatchObject({ byIdentity: false });
  });

  it('names stores and stages, which are found where it runs', () => {
    const found = lookup(map(words, clean), 'word', 'meaning', 'null');
    const counted = gather(flatMap(found, step('letters: meaning → letter')), found, { n: { kind: 'count' } });
    expect(physicalPlan(counted, []).tasks.flatMap(({ steps }) => steps)).toMatchInlineSnapshot(`
      [
        {
          "input": 0,
          "op": "map",
          "output": 1,
          "stages": [
            "clean",
          ],
        },
        {
          "as": "meaning",
          "input": 1,
          "key": "word",
          "missing": "null",
          "op": "lookup",
          "output": 2,
          "store": "names",
        },
        {
          "input": 2,
          "op": "flatMap",
          "output": 3,
          "stage": "letters",
        },
        {
          "aggregates": {
            "n": {
              "kind": "count",
            },
          },
          "input": 3,
          "op": "gather",
          "output": 4,
          "parent": 2,
        },
      ]
    `);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { derive, filter, map, model, request, select, step } from '../../test/support/plan-nodes.ts';
import type { LogicalPlan } from '../plan/node.ts';
import { explainPlan, explainSteps } from './explain.ts';
import { logicalRules, optimize, physicalRules, ruleNames } from './optimize.ts';

const photos = request('photo', 'user');
const output = select(filter(derive(derive(photos, model('detect: photo → box')), step('name: user → name')), 'box'), 'name');
const plan: LogicalPlan = { name: 'faces', input: photos.columns, output, options: {} };

describe('the rules', () => {
  it('have names of their own', () => {
    expect(new Set(ruleNames).size).toBe(logicalRules.length + physicalRules.length);
  });

  it('work together', () => {
    expect(explainPlan(plan, 2)).toMatchInlineSnapshot(`
      "pipeline faces
        Select name
          Filter keep reads box
            Derive name [+ name: text]
              Derive detect [+ box: text]
                Input words [photo: text, user: text]
      optimized
        Derive name [+ name: text] without user, box
          Filter keep reads box
            Derive detect [+ box: text] without photo
              Input words [photo: text, user: text]
      runs as
        task 1 on 2 threads: takes photo, user, gives name
          derive detect
          filter keep
          derive name"
    `);
  });

  it('are told one by one', () => {
    expect(explainSteps(plan, 2, { 'push-filter-down': false })).toMatchInlineSnapshot(`
      "pipeline faces
        Select name
          Filter keep reads box
            Derive name [+ name: text]
              Derive detect [+ box: text]
                Input words [photo: text, user: text]
      push-filter-down: off
      share-common-subplans: unchanged
      drop-dead-branches: unchanged
      merge-maps: unchanged
      prune-columns
        Select name
          Filter keep reads box
            Derive name [+ name: text] without user
              Derive detect [+ box: text] without photo
                Input words [photo: text, user: text]
      lower
        task 1 on 2 threads: takes photo, user, gives user, box
          derive detect
        task 2 on the event loop
          derive name
        task 3 on the event loop
          filter keep
        task 4 on the event loop
          select name
      place-with-neighbours
        task 1 on 2 threads: takes photo, user, gives user, box
          derive detect
        task 2 on 2 threads: takes user, box, gives box, name
          derive name
        task 3 on 2 threads: takes box, name, gives box, name
          filter keep
        task 4 on 2 threads: takes box, name, gives name
          select name
      whole-pipeline-per-worker: unchanged
      fuse-regions
        task 1 on 2 threads: takes photo, user, gives name
          derive detect
          derive name
          filter keep
          select name
      split-races: unchanged
      race-stages: unchanged
      prune-transfers: unchanged"
    `);
  });

  it('leave the plan as it is written when all are off', () => {
    const off = Object.fromEntries(ruleNames.map((name) => [name, false]));
    const { logical, physical } = optimize(plan, { codeInThreads: true, rules: off });
    expect(logical).toBe(plan);
    expect(physical.tasks.map(({ place, steps }) => [place, steps.length])).toEqual([
      ['thread', 1],
      ['loop', 1],
      ['loop', 1],
      ['loop', 1],
    ]);
  });
});

describe('docs/rules.md', () => {
  const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  const kindOf = (name: string): string => (logicalRules.some((rule) => rule.name === name) ? 'logical' : 'physical');

  it('has a table of the rules and an entry for each, in their order', () => {
    const listed = [...text.matchAll(/^\| \[([\w-]+)\]\(#\1\) \| (\w+) \|/gm)].map(([, name, kind]) => [name, kind]);
    expect(listed).toEqual(ruleNames.map((name) => [name, kindOf(name)]));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual(ruleNames);
  });
});

describe('bench/pipelines/rules.ts', () => {
  it('has a pipeline named after each rule', () => {
    const text = readFileSync(new URL('../../bench/pipelines/rules.ts', import.meta.url), 'utf8');
    expect([...text.matchAll(/pipeline\('([\w-]+)'/g)].map(([, name]) => name)).toEqual(ruleNames);
  });
});

describe('switches', () => {
  it('refuse a rule that does not exist', () => {
    expect(() => optimize(plan, { codeInThreads: true, rules: { 'fuse-region': false } })).toThrow(
      'rules: there is no rule "fuse-region" (did you mean "fuse-regions"?)',
    );
  });

  it('refuse what is neither on nor off', () => {
    const rules = { 'fuse-regions': 'off' } as never;
    expect(() => optimize(plan, { codeInThreads: true, rules })).toThrow('rules: "fuse-regions" must be true or false but is "off"');
  });

  it('may say on', () => {
    expect(optimize(plan, { codeInThreads: true, rules: { 'fuse-regions': true } }).steps.every(({ isOff }) => !isOff)).toBe(true);
  });
});

describe('a plan that no rule changes', () => {
  it('is explained once', () => {
    const simple: LogicalPlan = { ...plan, output: map(photos, step('all: photo, user → name')) };
    expect(explainPlan(simple, 2)).toMatchInlineSnapshot(`
      "pipeline faces
        Map all [name: text]
          Input words [photo: text, user: text]
      runs as
        task 1 on the event loop
          map all"
    `);
  });
});

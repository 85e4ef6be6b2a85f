import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectTasks } from '../../src/optimizer/connect-tasks.ts';
import { lower } from '../../src/optimizer/lower.ts';
import { logicalRules, optimize, physicalRules, ruleNames } from '../../src/optimizer/optimize.ts';
import { pinOf } from '../../src/optimizer/pin.ts';
import { rewriteLogical } from '../../src/optimizer/rewrite-logical.ts';
import type { LogicalRule, PhysicalContext, PhysicalRule, RuleSwitches } from '../../src/optimizer/rule.ts';
import { fuseRegions } from '../../src/optimizer/rules/physical/fuse-regions.ts';
import { completeNode, pickColumns, withChildren } from '../../src/plan/complete.ts';
import type { LogicalPlan } from '../../src/plan/node.ts';
import { type PhysicalPlan, raceOfTask, stageNames, type Task } from '../../src/plan/task.ts';
import { inOrder } from '../../src/plan/traverse.ts';
import { interpretPlan } from '../../src/runtime/interpreter/interpret-plan.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { planFor, RowCount, racedRecipe, recipe, rows } from '../support/random-pipelines.ts';
import type { Recipe, Step } from '../support/recipes.mjs';
import { runPhysical } from '../support/run-physical.ts';

const switches: fc.Arbitrary<RuleSwitches> = fc
  .tuple(...ruleNames.map(() => fc.boolean()))
  .map((isOn) => Object.fromEntries(ruleNames.map((name, i) => [name, isOn[i] === true])));
const place = fc.constantFrom<Step['place']>('loop', 'thread', null);

/** Fails unless a plan made of the recipe's answers like the recipe's own, calls no stage more often, and none with no rows. */
async function expectSameAnswer(
  made: Recipe,
  table: readonly AnyRow[],
  run: (plan: LogicalPlan) => Promise<readonly AnyRow[]>,
): Promise<void> {
  const [allowed, calls] = [new RowCount(), new RowCount()];
  const expected = await interpretPlan(planFor(made, allowed.count), table);
  expect(await run(planFor(made, calls.count))).toStrictEqual(expected);
  for (const [stage, count] of Object.entries(calls.rows)) {
    expect([stage, count]).toEqual([stage, Math.min(count, allowed.rows[stage] ?? 0)]);
  }
  expect(calls.empty).toEqual([]);
}

describe('any subset of the rules', () => {
  it('gives the rows of the plan as it is written, and calls no stage more often', async () => {
    const property = fc.asyncProperty(recipe(place), rows, switches, fc.boolean(), (made, table, rules, codeInThreads) =>
      expectSameAnswer(made, table, (plan) => {
        const { physical } = optimize(plan, { codeInThreads, rules });
        return runPhysical(physical, plan.output, table);
      }),
    );
    await fc.assert(property, { numRuns: 800 });
  });

  it('leaves nothing to do for a second time', () => {
    const property = fc.property(recipe(place), (made) => {
      const once = rewriteLogical(planFor(made), logicalRules).plan;
      expect(rewriteLogical(once, logicalRules).plan).toBe(once);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('has every step where it is bound', () => {
    const property = fc.property(recipe(place), switches, fc.boolean(), (made, rules, codeInThreads) => {
      const { logical, physical } = optimize(planFor(made), { codeInThreads, rules });
      expectBound(physical, lower(logical, codeInThreads).context);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('races no stage with effects', () => {
    const property = fc.property(racedRecipe(place), switches, (made, rules) => {
      const { logical, physical } = optimize(planFor(made), { codeInThreads: true, rules });
      expectEffectsOnce(physical, lower(logical, true).context);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

/** A stage with effects is never run twice, neither by itself nor with others of its task. */
function expectEffectsOnce({ tasks }: PhysicalPlan, { stages }: PhysicalContext): void {
  for (const task of tasks) {
    const raced = raceOfTask(task) === undefined ? Object.keys(task.races ?? {}) : stageNames(task);
    expect(raced.filter((name) => stages.get(name)?.effects === true)).toEqual([]);
  }
}

function expectBound({ tasks }: PhysicalPlan, context: PhysicalContext): void {
  for (const { place: where, steps } of tasks) for (const step of steps) expect(pinOf(step, context) ?? where).toBe(where);
}

// ---------- rules that are wrong on purpose ----------

const brokenLogical: readonly (LogicalRule & { readonly wrong: string })[] = [
  {
    name: 'push-filter-down',
    wrong: 'goes below an outer join',
    apply(node) {
      if (node.op !== 'filter' || node.input.op !== 'join' || node.input.how !== 'outer') return null;
      const { left, right } = node.input;
      if (!Object.keys(node.stage.input).every((name) => Object.hasOwn(left.columns, name))) return null;
      const { stage, reads } = node;
      return withChildren(node.input, [completeNode({ op: 'filter', input: left, stage, reads }), right]);
    },
  },
  {
    name: 'share-common-subplans',
    wrong: 'takes any two filters of one flow for the same',
    apply(node, { root }) {
      if (node.op !== 'filter') return null;
      return inOrder(root).find((other) => other.op === 'filter' && other !== node && other.input === node.input) ?? null;
    },
  },
  {
    name: 'drop-dead-branches',
    wrong: 'drops a filter, which adds no column that is read',
    apply: (node) => (node.op === 'filter' ? node.input : null),
  },
  {
    name: 'merge-maps',
    wrong: 'does not ask who else reads the first',
    apply(node) {
      if (node.op !== 'map' || node.input.op !== 'map') return null;
      const [first, ...others] = node.input.stages;
      return completeNode({ op: 'map', input: node.input.input, stages: [first, ...others, ...node.stages] });
    },
  },
  {
    name: 'prune-columns',
    wrong: 'takes the last column that is read',
    apply(node, { needed, root }) {
      if (node === root || node.op !== 'derive' || needed(node).size < 2) return null;
      const kept = Object.keys(node.columns).filter((name) => needed(node).has(name));
      return Object.freeze({ ...node, columns: pickColumns(node.columns, kept.slice(0, -1)) });
    },
  },
];

const brokenPhysical: readonly (PhysicalRule & { readonly wrong: string })[] = [
  {
    name: 'fuse-regions',
    wrong: 'makes one task of everything in one place',
    apply: (plan) =>
      connectTasks(
        plan,
        (['loop', 'thread'] as const).map((where) => ({
          place: where,
          steps: plan.tasks.filter((task) => task.place === where).flatMap(({ steps }) => steps),
        })),
      ),
  },
  {
    name: 'split-races',
    wrong: 'leaves what comes after a race with what comes before it',
    apply: (plan) =>
      connectTasks(
        plan,
        plan.tasks
          .flatMap(({ place: where, steps }) => [
            { place: where, steps: steps.filter(({ op }) => op !== 'anyOf') },
            { place: 'loop' as const, steps: steps.filter(({ op }) => op === 'anyOf') },
          ])
          .filter(({ steps }) => steps.length > 0),
      ),
  },
  {
    name: 'prune-transfers',
    wrong: 'leaves the first column of each table at home',
    apply: (plan) => ({ ...plan, tasks: plan.tasks.map((task): Task => ({ ...task, carries: withoutFirst(plan, task) })) }),
  },
];

function withoutFirst({ tables }: PhysicalPlan, { reads }: Task): Readonly<Record<number, readonly string[]>> {
  return Object.fromEntries(reads.map((table) => [table, Object.keys(tables[table] ?? {}).slice(1)]));
}

const misplacing: readonly (PhysicalRule & { readonly wrong: string })[] = [
  {
    name: 'place-with-neighbours',
    wrong: 'moves what is pinned',
    apply: (plan) => ({ ...plan, tasks: plan.tasks.map((task): Task => ({ ...task, place: 'loop' })) }),
  },
  {
    name: 'whole-pipeline-per-worker',
    wrong: 'takes along what is bound to the loop',
    apply: (plan) => ({ ...plan, tasks: plan.tasks.map((task): Task => ({ ...task, place: 'thread' })) }),
  },
];

const racing: readonly (PhysicalRule & { readonly wrong: string })[] = [
  {
    name: 'race-stages',
    wrong: 'does not ask what else is on the thread',
    apply: (plan, { stages }) => ({
      ...plan,
      tasks: plan.tasks.map((task): Task => {
        const races = stageNames(task).flatMap((name) => {
          const race = stages.get(name)?.race;
          return race === undefined ? [] : [[name, race] as const];
        });
        return { ...task, races: Object.fromEntries(races) };
      }),
    }),
  },
];

const RUNS = { seed: 1, numRuns: 20_000, endOnFailure: true };

describe('these properties catch a rule that', () => {
  it('is any of the rules, made wrong', () => {
    const names = [...brokenLogical, ...brokenPhysical, ...misplacing, ...racing].map(({ name }) => name);
    expect([...new Set(names)].sort()).toEqual([...ruleNames].sort());
  });

  it.each(brokenLogical)('$wrong: $name', async (broken) => {
    const property = fc.asyncProperty(recipe(), rows, (made, table) =>
      expectSameAnswer(made, table, (plan) => interpretPlan(rewriteLogical(plan, [broken]).plan, table)),
    );
    expect((await fc.check(property, RUNS)).failed).toBe(true);
  });

  it.each(brokenPhysical)('$wrong: $name', async (broken) => {
    const property = fc.asyncProperty(recipe(place), rows, (made, table) =>
      expectSameAnswer(made, table, (plan) => {
        const { physical, context } = lower(plan, true);
        const others = physicalRules.map((rule) => (rule.name === broken.name ? broken : rule));
        return runPhysical(
          others.reduce((made_, rule) => rule.apply(made_, context), physical),
          plan.output,
          table,
        );
      }),
    );
    expect((await fc.check(property, RUNS)).failed).toBe(true);
  });

  it.each(misplacing)('$wrong: $name', (broken) => {
    const property = fc.property(recipe(place), (made) => {
      const { physical, context } = lower(planFor(made), true);
      expectBound(broken.apply(physical, context), context);
    });
    expect(fc.check(property, RUNS).failed).toBe(true);
  });

  it.each(racing)('$wrong: $name', (broken) => {
    const property = fc.property(racedRecipe(place), (made) => {
      const { physical, context } = lower(planFor(made), true);
      expectEffectsOnce(broken.apply(fuseRegions.apply(physical, context), context), context);
    });
    expect(fc.check(property, RUNS).failed).toBe(true);
  });
});

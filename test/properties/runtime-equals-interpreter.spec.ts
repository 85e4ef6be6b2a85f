import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowError } from '../../src/errors/flow-error.ts';
import { ruleNames } from '../../src/optimizer/optimize.ts';
import type { LogicalPlan } from '../../src/plan/node.ts';
import { inOrder } from '../../src/plan/traverse.ts';
import { interpretPlan } from '../../src/runtime/interpreter/interpret-plan.ts';
import type { AnyRow } from '../../src/schema/column.ts';
import { Deployment } from '../../src/serving/deployment.ts';
import type { DeploymentOptions } from '../../src/serving/settings.ts';
import { planFor, RowCount, racedRecipe, recipe, requests, rows } from '../support/random-pipelines.ts';
import type { Recipe, Step } from '../support/recipes.mjs';

/** The plan runs as it is written: what the optimizer's rules do to calls and failures is theirs to show. */
const asWritten = Object.fromEntries(
  ruleNames.map((name) => [name, ['fuse-regions', 'place-with-neighbours', 'race-stages'].includes(name)]),
);

async function withDeployment<T>(plan: LogicalPlan, options: DeploymentOptions, use: (deployment: Deployment) => Promise<T>): Promise<T> {
  const deployment = await Deployment.start(plan, { ...options, rules: asWritten });
  try {
    return await use(deployment);
  } finally {
    await deployment.close();
  }
}

/** What a request is to be answered: its rows, or the word failed. */
function answers(plan: LogicalPlan, given: readonly (readonly AnyRow[])[]): Promise<readonly unknown[]> {
  return Promise.all(given.map((table) => interpretPlan(plan, table).catch(() => 'failed')));
}

/** What several requests at once are answered. */
function allAtOnce(deployment: Deployment, tables: readonly (readonly AnyRow[])[]): Promise<readonly unknown[]> {
  const failed = (error: FlowError): unknown => (['STAGE_FAILED', 'LOOKUP_MISSING'].includes(error.code) ? 'failed' : error);
  return Promise.all(tables.map((table) => deployment.run(table).catch(failed)));
}

describe('a deployment', () => {
  it("gives the interpreter's rows and calls no stage with more rows than it, nor with none", async () => {
    const property = fc.asyncProperty(recipe(), rows, async (made, table) => {
      const [expectedCalls, calls] = [new RowCount(), new RowCount()];
      const expected = await interpretPlan(planFor(made, expectedCalls.count), table);
      const given = await withDeployment(planFor(made, calls.count), {}, (deployment) => deployment.run(table));
      expect(given).toStrictEqual(expected);
      expect(calls.rows).toEqual(expectedCalls.rows);
      expect(calls.empty).toEqual([]);
    });
    await fc.assert(property, { numRuns: 400 });
  });

  it('gives each of several requests at once its own rows, in whichever batches they were', async () => {
    const property = fc.asyncProperty(recipe(), requests, async (made, tables) => {
      const [expectedCalls, calls] = [new RowCount(), new RowCount()];
      const expected = await answers(planFor(made, expectedCalls.count), tables);
      const given = await withDeployment(planFor(made, calls.count), {}, (deployment) => allAtOnce(deployment, tables));
      expect(given).toStrictEqual(expected);
      expect(calls.rows).toEqual(expectedCalls.rows);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('fails just the requests whose rows make a stage throw', async () => {
    const poisoned = recipe().map((made) => ({ ...made, poison: 23 }));
    const property = fc.asyncProperty(poisoned, requests, async (made, tables) => {
      const plan = planFor(made);
      const expected = await answers(plan, tables);
      const given = await withDeployment(plan, {}, (deployment) => allAtOnce(deployment, tables));
      expect(given).toStrictEqual(expected);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('gives the same rows, or fails the same requests, where stages are raced', async () => {
    const maybePoisoned = fc.tuple(racedRecipe(), fc.constantFrom(null, 23)).map(([made, poison]) => ({ ...made, poison }));
    const property = fc.asyncProperty(maybePoisoned, requests, async (made, tables) => {
      const plan = planFor(made);
      const expected = await answers(plan, tables);
      const given = await withDeployment(plan, {}, (deployment) => allAtOnce(deployment, tables));
      expect(given).toStrictEqual(expected);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('counts the rows of every step', async () => {
    const property = fc.asyncProperty(recipe(), rows, async (made, table) => {
      const plan = planFor(made);
      const steps = await withDeployment(plan, {}, async (deployment) => {
        await deployment.run(table);
        return deployment.statistics().tasks.flatMap((task) => task.steps);
      });
      const expected = await interpretPlan(plan, table);
      expect(steps).toHaveLength(inOrder(plan.output).length - 1);
      expect(steps.at(-1)?.rowsOut ?? table.length).toBe(expected.length);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe('a deployment with stages on threads', () => {
  const place = fc.constantFrom<Step['place']>('loop', 'thread', null);

  const programOf = (made: Recipe): string =>
    new URL(`../support/programs/recipe.mjs?${encodeURIComponent(JSON.stringify(made))}`, import.meta.url).href;
  const maybePoisoned = fc.tuple(recipe(place), fc.constantFrom(null, 23)).map(([made, poison]) => ({ ...made, poison }));

  it('gives each of several requests at once its own rows, or its own failure', async () => {
    const property = fc.asyncProperty(maybePoisoned, requests, async (made, tables) => {
      const plan = planFor(made);
      const expected = await answers(plan, tables);
      const given = await withDeployment(plan, { program: programOf(made), workers: 2 }, (deployment) => allAtOnce(deployment, tables));
      expect(given).toStrictEqual(expected);
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('gives the same where tasks are raced on other threads', async () => {
    const property = fc.asyncProperty(racedRecipe(place), requests, async (made, tables) => {
      const plan = planFor(made);
      const expected = await answers(plan, tables);
      const given = await withDeployment(plan, { program: programOf(made), workers: 2 }, (deployment) => allAtOnce(deployment, tables));
      expect(given).toStrictEqual(expected);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('calls stages with as many rows as the interpreter', async () => {
    const property = fc.asyncProperty(recipe(place), requests, async (made, tables) => {
      const expected = new RowCount();
      await answers(planFor(made, expected.count), tables);
      const stages = await withDeployment(planFor(made), { program: programOf(made), workers: 2 }, async (deployment) => {
        await allAtOnce(deployment, tables);
        return deployment.statistics().tasks.flatMap((task) => task.stages);
      });
      // Functions in place have names of their own in a plan.
      const named = stages.filter(({ stage }) => !stage.includes('#'));
      const rowsOf = (name: string): number =>
        named.filter(({ stage }) => stage === name).reduce((total, { rows: count }) => total + count, 0);
      for (const { stage } of named) expect([stage, rowsOf(stage)]).toEqual([stage, expected.rows[stage] ?? 0]);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});

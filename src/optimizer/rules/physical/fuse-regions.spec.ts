import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as nodes from '../../../../test/support/plan-nodes.ts';
import { model as modelStage, request, step } from '../../../../test/support/plan-nodes.ts';
import type { PlanNode } from '../../../plan/node.ts';
import type { Place, StageSpec } from '../../../plan/stage.ts';
import { inputsOf, type PhysicalPlan, printStep, printThreads, stageNamesIn, type Task } from '../../../plan/task.ts';
import { inOrder, stagesIn } from '../../../plan/traverse.ts';
import { physicalPlan } from '../../testing.ts';
import { fuseRegions } from './fuse-regions.ts';
import { placeWithNeighbours } from './place-with-neighbours.ts';

const words = request('word');
const map = (input: PlanNode, name: string, runsOn?: Place): PlanNode =>
  nodes.map(input, step(`${name}: word → word`, runsOn === undefined ? {} : { runsOn }));
const model = (input: PlanNode, name: string): PlanNode => nodes.derive(input, modelStage(`${name}: word → ${name}`));
const select = (input: PlanNode): PlanNode => nodes.select(input, 'word');
const join = (left: PlanNode, right: PlanNode): PlanNode => nodes.join(left, right, 'inner', 'other');
const lowered = (output: PlanNode, codeInThreads = true): PhysicalPlan =>
  physicalPlan(output, [placeWithNeighbours, fuseRegions], codeInThreads);
const printTask = ({ number, place, steps }: Task): string => `${number} ${place}: ${steps.map(printStep).join(', ')}`;
const tasks = (output: PlanNode, codeInThreads = true): string => lowered(output, codeInThreads).tasks.map(printTask).join('\n');

describe('without a model or a pin', () => {
  it('everything is one task on the event loop', () => {
    expect(tasks(map(select(map(words, 'clean')), 'stem'))).toMatchInlineSnapshot(`"1 loop: map clean, select word, map stem"`);
  });

  it('branches with their join are one task', () => {
    const clean = map(words, 'clean');
    expect(tasks(join(map(clean, 'stem'), map(clean, 'count')))).toMatchInlineSnapshot(
      `"1 loop: map clean, map stem, map count, join inner as other"`,
    );
  });
});

describe('JavaScript beside a model', () => {
  it('runs with it on the threads, before and after', () => {
    expect(tasks(map(model(map(words, 'decode'), 'detect'), 'boxes'))).toMatchInlineSnapshot(
      `"1 thread: map decode, derive detect, map boxes"`,
    );
  });

  it('runs with it between two models', () => {
    expect(tasks(model(map(model(words, 'detect'), 'crop'), 'recognize'))).toMatchInlineSnapshot(
      `"1 thread: derive detect, map crop, derive recognize"`,
    );
  });

  it('stays on the loop where the code is not in the threads', () => {
    expect(tasks(map(model(map(words, 'decode'), 'detect'), 'boxes'), false)).toMatchInlineSnapshot(`
      "1 loop: map decode
      2 thread: derive detect
      3 loop: map boxes"
    `);
  });

  it('stays on the loop where it is pinned', () => {
    expect(tasks(map(model(map(words, 'decode', 'loop'), 'detect'), 'boxes'))).toMatchInlineSnapshot(`
      "1 loop: map decode
      2 thread: derive detect, map boxes"
    `);
  });

  it('takes verbs without functions along', () => {
    expect(tasks(select(model(select(words), 'detect')), false)).toMatchInlineSnapshot(
      `"1 thread: select word, derive detect, select word"`,
    );
  });
});

describe('a pin', () => {
  it('pulls its neighbours to the threads', () => {
    expect(tasks(map(map(map(words, 'a'), 'heavy', 'thread'), 'b'))).toMatchInlineSnapshot(`"1 thread: map a, map heavy, map b"`);
  });

  it('on the loop alone pulls nothing', () => {
    expect(tasks(map(map(map(words, 'a'), 'light', 'loop'), 'b'))).toMatchInlineSnapshot(`"1 loop: map a, map light, map b"`);
  });
});

describe('tasks', () => {
  it('do not wait for each other in a circle when a branch leaves and comes back', () => {
    const detect = model(words, 'detect');
    expect(tasks(join(detect, map(detect, 'light', 'loop')))).toMatchInlineSnapshot(`
      "1 thread: derive detect
      2 loop: map light, join inner as other"
    `);
  });

  it('of two unconnected branches are two, which run side by side', () => {
    const left = map(words, 'left', 'thread');
    const right = map(words, 'right', 'thread');
    expect(tasks(join(map(left, 'a', 'loop'), map(right, 'b', 'loop')))).toMatchInlineSnapshot(`
      "1 thread: map left
      2 thread: map right
      3 loop: map a, map b, join inner as other"
    `);
  });

  it('are none where the input is the output', () => {
    expect(lowered(words)).toMatchObject({ tasks: [], output: 0 });
  });

  it('give a table once that several tasks read', () => {
    const detect = model(words, 'detect');
    const plan = lowered(join(map(detect, 'a', 'loop'), map(detect, 'b', 'loop')));
    expect(plan.tasks.map(({ reads, gives }) => ({ reads, gives }))).toMatchInlineSnapshot(`
      [
        {
          "gives": [
            1,
          ],
          "reads": [
            0,
          ],
        },
        {
          "gives": [
            4,
          ],
          "reads": [
            1,
          ],
        },
      ]
    `);
  });
});

// ---------- any graph ----------

interface Choice {
  readonly op: 'map' | 'model' | 'select' | 'rename' | 'filter' | 'flatMap' | 'join' | 'gather';
  readonly runsOn: Place | undefined;
  readonly left: number;
  readonly right: number;
}
const choice: fc.Arbitrary<Choice> = fc.record({
  op: fc.constantFrom('map', 'model', 'select', 'rename', 'filter', 'flatMap', 'join', 'gather'),
  runsOn: fc.constantFrom(undefined, undefined, 'loop', 'thread'),
  left: fc.nat(),
  right: fc.nat(),
});

function nodeOf({ op, runsOn, left, right }: Choice, made: readonly PlanNode[]): PlanNode {
  const input = made[left % made.length] ?? words;
  const other = made[right % made.length] ?? words;
  const name = `${op}#${made.length}`;
  const stage = step(`${name}: word → word`, runsOn === undefined ? {} : { runsOn });
  switch (op) {
    case 'map':
      return map(input, name, runsOn);
    case 'flatMap':
      return nodes.flatMap(input, stage);
    case 'model':
      return model(input, name);
    case 'filter':
      return nodes.filter(input, 'word');
    case 'select':
      return select(input);
    case 'rename':
      return nodes.rename(input, {});
    case 'join':
      return join(input, other);
    case 'gather':
      return nodes.gather(input, other, {});
  }
}

/** A graph in which every node reaches the output: what nobody reads is joined at the end. */
const graph: fc.Arbitrary<PlanNode> = fc.array(choice, { minLength: 1, maxLength: 24 }).map((choices) => {
  const made: PlanNode[] = [words];
  for (const next of choices) made.push(nodeOf(next, made));
  const read = new Set(made.flatMap((each) => inOrder(each).slice(0, -1)));
  return made.filter((each) => !read.has(each)).reduce(join);
});

const anyPlan = (check: (plan: PhysicalPlan, output: PlanNode, codeInThreads: boolean) => void): void =>
  fc.assert(
    fc.property(graph, fc.boolean(), (output, codeInThreads) => check(lowered(output, codeInThreads), output, codeInThreads)),
    { numRuns: 500 },
  );

describe('any graph with any pins', () => {
  it('has each node in exactly one task, as one step', () => {
    anyPlan(({ tasks: made, tables, output }, root) => {
      const outputs = made.flatMap(({ steps }) => steps.map((each) => each.output));
      const numbers = inOrder(root).flatMap((each, i) => (each.op === 'input' ? [] : [i]));
      expect([...outputs].sort((a, b) => a - b)).toEqual(numbers);
      expect(tables).toHaveLength(numbers.length + 1);
      expect(outputs.includes(output)).toBe(true);
    });
  });

  it('has each task after those whose tables it reads, so that none waits for itself', () => {
    anyPlan(({ tasks: made }) => {
      const given = new Set([0]);
      for (const { reads, gives } of made) {
        for (const table of reads) expect(given).toContain(table);
        for (const table of gives) given.add(table);
      }
    });
  });

  it('has each step after those whose tables it reads, and a task reads and gives what its steps need and others read', () => {
    anyPlan(({ tasks: made, output }) => {
      for (const task of made) {
        const there = new Set(task.reads);
        for (const each of task.steps) {
          for (const table of inputsOf(each)) expect(there).toContain(table);
          there.add(each.output);
        }
        const own = task.steps.map((each) => each.output);
        expect(task.reads.filter((table) => own.includes(table))).toEqual([]);
        const wanted = new Set([output, ...made.filter((other) => other !== task).flatMap(({ reads }) => reads)]);
        expect([...task.gives].sort()).toEqual(own.filter((table) => wanted.has(table)).sort());
      }
    });
  });

  it('has each stage where it is pinned, and code that is not in the threads on the loop', () => {
    anyPlan(({ tasks: made }, root, codeInThreads) => {
      for (const each of inOrder(root)) {
        const [stage] = stagesIn(each);
        if (stage === undefined) continue;
        const { place } = made.find(({ steps }) => steps.some((one) => stageNamesIn(one).includes(stage.name))) as Task;
        if (stage.runsOn !== undefined) expect(place).toBe(stage.runsOn);
        else if (!codeInThreads) expect(place).toBe('loop');
      }
    });
  });

  it('has every step where it was placed', () => {
    anyPlan(({ tasks: made }, root, codeInThreads) => {
      const placed = physicalPlan(root, [placeWithNeighbours], codeInThreads).tasks;
      for (const { place, steps } of made) {
        for (const each of steps) expect(placed.find(({ gives }) => gives.includes(each.output))?.place ?? place).toBe(place);
      }
    });
  });

  it('is numbered in order, on the loop alone where nothing is on a thread', () => {
    anyPlan(({ tasks: made }, root, codeInThreads) => {
      expect(made.map(({ number }) => number)).toEqual(made.map((_, i) => i + 1));
      const isPinned = inOrder(root).some((each) => stagesIn(each)[0]?.runsOn === 'thread');
      if (!isPinned) expect(new Set(made.map(({ place }) => place)).size).toBeLessThanOrEqual(1);
      if (!isPinned && !codeInThreads) expect(made.every(({ place }) => place === 'loop')).toBe(true);
    });
  });
});

describe('stages that say how they are scaled', () => {
  const on = (input: PlanNode, name: string, fields: Partial<StageSpec>): PlanNode =>
    nodes.map(input, { ...step(`${name}: word → word`, { runsOn: 'thread' }), ...fields });
  const upTo = (max: number): Partial<StageSpec> => ({ replicas: { min: 1, max } });
  const printed = (output: PlanNode): string =>
    lowered(output)
      .tasks.map((task) => `${task.place === 'loop' ? 'loop' : printThreads(task, 2)}: ${task.steps.map(printStep).join(', ')}`)
      .join('\n');

  it('are tasks of their own where they say otherwise, and one task where they say the same', () => {
    expect(printed(on(on(on(words, 'fast', upTo(2)), 'slow', upTo(8)), 'slower', upTo(8)))).toMatchInlineSnapshot(`
      "1 to 2 threads: map fast
      1 to 8 threads: map slow, map slower"
    `);
  });

  it('have what says nothing beside them, rather what comes after', () => {
    expect(printed(on(on(on(on(words, 'a', {}), 'fast', upTo(2)), 'b', {}), 'slow', upTo(8)))).toMatchInlineSnapshot(`
      "1 to 2 threads: map a, map fast, map b
      1 to 8 threads: map slow"
    `);
  });

  it('are not one with those that occupy another resource, and pull nobody to what they occupy', () => {
    expect(
      printed(on(on(map(on(words, 'see', { resource: 'gpu' }), 'crop'), 'read', { resource: 'gpu' }), 'check', {})),
    ).toMatchInlineSnapshot(`
      "2 threads of gpu: map see
      loop: map crop
      2 threads of gpu: map read
      2 threads: map check"
    `);
  });
});

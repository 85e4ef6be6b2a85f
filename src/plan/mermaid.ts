import { inputsOf, type PhysicalPlan, printStep, printThreads, type Task } from './task.ts';

/** The physical plan as a Mermaid flowchart: a box per step, a frame per task, an arrow per table. */
export function mermaid(plan: PhysicalPlan, replicas: number): string {
  const frames = plan.tasks.flatMap((task) => frame(task, replicas));
  const arrows = plan.tasks.flatMap(({ steps }) =>
    steps.flatMap((step) => inputsOf(step).map((table) => `  t${table} --> t${step.output}`)),
  );
  const ends = [`  t0([${label(plan.pipeline)}])`, `  answer([answer])`];
  return ['flowchart TD', ...ends, ...frames, ...new Set(arrows), `  t${plan.output} --> answer`].join('\n');
}

function frame(task: Task, replicas: number): readonly string[] {
  const { number, place, steps } = task;
  const where = place === 'loop' ? 'event loop' : printThreads(task, replicas);
  const boxes = steps.map((step) => `    t${step.output}[${label(printStep(step))}]`);
  return [`  subgraph task${number}[${label(`task ${number}: ${where}`)}]`, ...boxes, '  end'];
}

/** Quoted, with the characters that mean something to Mermaid as entities. */
function label(text: string): string {
  return `"${text.replace(/["#<>&]/g, (character) => `#${character.charCodeAt(0)};`)}"`;
}

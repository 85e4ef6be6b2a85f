import { fileURLToPath } from 'node:url';
import { FlowError, isFlowError, messageOf } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { LogicalPlan } from '../plan/node.ts';
import { plansIn } from '../plan/program.ts';
import { bundleProgram, type Program } from './bundle-program.ts';

/** A user's program and the plans of the pipelines it exports. */
export interface LoadedProgram {
  readonly program: Program;
  readonly plans: readonly LogicalPlan[];
}

/**
 * Bundles a file, imports it here and finds its pipelines.
 * Errors: FILE_MISSING, FILE_BROKEN; EXPORT_MISSING when it exports no pipeline.
 */
export async function loadPipelines(file: string | URL): Promise<LoadedProgram> {
  const program = await bundleProgram(file);
  const exports = await importProgram(program);
  const plans = plansIn(exports);
  if (plans.length > 0) return { program, plans };
  const names = Object.keys(exports);
  const found = names.length === 0 ? 'nothing' : names.join(', ');
  throw new FlowError('EXPORT_MISSING', `${program.file} exports no pipeline; it exports ${found}`);
}

async function importProgram({ url, file }: Program): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    // What building a pipeline says is already about the user's own words.
    if (isFlowError(cause)) throw new FlowError(cause.code, `${placeOf(cause) ?? file}: ${cause.problem}`, { cause, hint: cause.hint });
    throw new FlowError('FILE_BROKEN', `${placeOf(cause) ?? file}: ${messageOf(cause)}`, { cause });
  }
}

/** The first place in the user's own files that the error came through: not in a package, Node or FlowServe. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack.split('\n').map((line) => line.match(/(?:file:\/\/)?(\/[^\s()]+:\d+:\d+)/)?.[1]);
  return places.find(
    (place) => place !== undefined && !place.includes('/node_modules/') && !OWN_FOLDERS.some((folder) => place.startsWith(folder)),
  );
}
const OWN_FOLDERS = ['src', 'dist'].map((name) => fileURLToPath(new URL(`../../${name}/`, import.meta.url)));

/** The plan that a person asks for by name; the only one when they do not. */
export function choosePlan({ program, plans }: LoadedProgram, name: string | undefined): LogicalPlan {
  const names = plans.map((plan) => plan.name);
  const [first] = plans;
  if (name === undefined && plans.length === 1 && first !== undefined) return first;
  const chosen = plans.find((plan) => plan.name === name);
  if (chosen !== undefined) return chosen;
  if (name === undefined)
    throw new FlowError('EXPORT_MISSING', `${program.file} has the pipelines ${names.join(', ')}`, {
      hint: 'Say which one with --pipeline NAME.',
    });
  throw new FlowError('EXPORT_MISSING', `${program.file} has no pipeline "${name}"${didYouMean(name, names)}; it has ${names.join(', ')}`, {
    hint: 'Say which one with --pipeline NAME.',
  });
}

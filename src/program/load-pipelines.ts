import { FlowError, isFlowError, messageOf } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { LogicalPlan } from '../plan/node.ts';
import { plansIn } from '../plan/program.ts';
import { bundleProgram, type Program } from './bundle-program.ts';
import { type MadeStore, withMadeStores } from './made-stores.ts';
import { placeOf } from './place-of.ts';

/** A user's program and the plans of the pipelines it exports. */
export interface LoadedProgram {
  readonly program: Program;
  readonly plans: readonly LogicalPlan[];
  /** Those that it made while it was loaded. */
  readonly stores: readonly MadeStore[];
}

/**
 * Bundles a file, imports it here and finds its pipelines.
 * Errors: FILE_MISSING, FILE_BROKEN; EXPORT_MISSING when it exports no pipeline; PIPELINE_INVALID for two of one name.
 */
export async function loadPipelines(file: string | URL): Promise<LoadedProgram> {
  const program = await bundleProgram(file);
  const { exports, stores } = await importProgram(program);
  const plans = plansIn(exports);
  checkNames(program, plans);
  if (plans.length > 0) return { program, plans, stores };
  const names = Object.keys(exports);
  const found = names.length === 0 ? 'nothing' : names.join(', ');
  throw new FlowError('EXPORT_MISSING', `${program.file} exports no pipeline; it exports ${found}`);
}

/** A name that stands for two pipelines could not be asked for. */
function checkNames({ file }: Program, plans: readonly LogicalPlan[]): void {
  const names = plans.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new FlowError('PIPELINE_INVALID', `${file}: two pipelines are named "${twice}"`, {
    hint: 'Give one of the two another name: the name is part of the address.',
  });
}

interface ImportedProgram {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly stores: readonly MadeStore[];
}

/** What was imported, by its address: it is not run again when it is imported again. */
const imported = new Map<string, ImportedProgram>();

async function importProgram({ url, file }: Program): Promise<ImportedProgram> {
  const known = imported.get(url);
  if (known !== undefined) return known;
  try {
    const { loaded, stores } = await withMadeStores(() => import(url));
    const program = { exports: loaded as Readonly<Record<string, unknown>>, stores };
    imported.set(url, program);
    return program;
  } catch (cause) {
    // What building a pipeline says is already about the user's own words.
    if (isFlowError(cause)) throw new FlowError(cause.code, `${placeOf(cause) ?? file}: ${cause.problem}`, { cause, hint: cause.hint });
    throw new FlowError('FILE_BROKEN', `${placeOf(cause) ?? file}: ${messageOf(cause)}`, { cause });
  }
}

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

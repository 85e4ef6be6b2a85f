import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlowError } from '../errors/flow-error.ts';
import type { PythonImplementation } from '../plan/stage.ts';
import { type Columns, describeValue, type Schema, schemaOf } from '../schema/column.ts';
import { checkOptions } from './options.ts';
import { type Fields, fieldsOf, makeStage, replicaBounds, STAGE_FIELDS, type Stage, type StageOptions } from './stage.ts';

interface PythonDefinition<I, O> extends Omit<StageOptions, 'runsOn'> {
  readonly name: string;
  readonly input: I;
  readonly output: O;
  /** A file such as `new URL('./lang.py', import.meta.url)`, or the dotted name of a module that the interpreter finds. */
  readonly module: URL | string;
  /** The name in it of the function that is given a batch by columns, and returns its output columns. */
  readonly function: string;
  /** The name in it of the function that is called once per replica, before its first batch; what it returns is `context.state`. */
  readonly setup?: string | undefined;
  /** Default: that of the active virtual environment, else `python3`. */
  readonly interpreter?: URL | string | undefined;
  /** Processes that run it side by side, or between which numbers the load decides (default: the `workers` of the deployment). */
  readonly replicas?: StageOptions['replicas'];
  /** A process that has grown beyond it is ended and started again. */
  readonly memoryLimitMb?: number | undefined;
  /** Beside the event loop, which only moves bytes. */
  readonly runsOn?: 'loop' | undefined;
  /** Variables of the processes' environment, beside those of this one. */
  readonly env?: { readonly [name: string]: string } | undefined;
}

/**
 * A function in Python (3.9 or later) as a stage, in processes of its own; rows that wait at the same time share a call. What each kind of
 * column is in Python, and what becomes of failures: docs/python.md.
 * Errors: when it loads, INTERPRETER_MISSING, INTERPRETER_UNFIT, FILE_MISSING, MODULE_BROKEN, FUNCTION_MISSING and SETUP_FAILED; what the
 * function raises is the cause of STAGE_FAILED; OUTPUT_INVALID and BATCH_SIZE_CHANGED when it returns something else than its columns.
 */
export function python<const I extends Columns, const O extends Columns>(definition: PythonDefinition<I, O>): Stage<I, O> {
  const fields = fieldsOf('python', definition);
  const where = `python "${String(fields.name)}"`;
  const known = STAGE_FIELDS.filter((name) => name !== 'teardown');
  checkOptions(definition, [...known, 'input', 'output', ...PYTHON_FIELDS], where);
  const input = columnsOf(fields.input, `${where}: input`);
  const output = columnsOf(fields.output, `${where}: output`);
  if (fields.runsOn === 'thread') {
    throw new FlowError('OPTION_INVALID', `${where}: a function in Python runs in a process of its own, never on a worker thread`, {
      hint: 'Leave out runsOn.',
    });
  }
  // The event loop only moves bytes, so what stands beside it there needs no hop.
  const rest = { ...fields, setup: undefined, runsOn: 'loop' };
  return makeStage('python', 'stage', rest, implementationOf(fields, where), { input, output }) as unknown as Stage<I, O>;
}

const PYTHON_FIELDS = ['module', 'function', 'interpreter', 'memoryLimitMb', 'env'] as const;

function implementationOf(fields: Fields, where: string): PythonImplementation {
  return {
    kind: 'python',
    module: moduleOf(fields.module, where),
    function: nameOf(fields.function, 'function', where),
    setup: fields.setup === undefined ? null : nameOf(fields.setup, 'setup', where),
    interpreter: fields.interpreter === undefined ? null : interpreterOf(fields.interpreter, where),
    replicas: replicaBounds(where, fields)?.min ?? null,
    memoryLimitMb: countOf(fields.memoryLimitMb, 'memoryLimitMb', where),
    env: envOf(fields.env, where),
  };
}

function columnsOf(columns: unknown, where: string): Schema {
  const schema = schemaOf(columns, where);
  if (Object.keys(schema).length > 0) return schema;
  throw new FlowError('COLUMN_INVALID', `${where}: a function in Python has at least one column here`, {
    hint: 'It is given its rows by columns, so without one it would not know how many there are.',
  });
}

/** A file is known by its ending, as a module's name cannot have a part that is called py. */
function moduleOf(module: unknown, where: string): PythonImplementation['module'] {
  const named = module instanceof URL ? module.href : module;
  if (typeof named === 'string' && named.endsWith('.py')) {
    if (named.startsWith('file://')) return { file: fileURLToPath(named) };
    if (!(module instanceof URL)) return { file: resolve(named) };
  }
  if (typeof module === 'string' && MODULE_NAME.test(module)) return { name: module };
  throw new FlowError(
    'STAGE_INVALID',
    `${where}: module must be a file that ends in .py, or a module's dotted name, but is ${describeValue(named)}`,
    { hint: "Write for example module: new URL('./lang.py', import.meta.url), or module: 'mypackage.lang'." },
  );
}
const NAME = '[\\p{ID_Start}_][\\p{ID_Continue}]*';
const MODULE_NAME = new RegExp(`^${NAME}(\\.${NAME})*$`, 'u');
const FUNCTION_NAME = new RegExp(`^${NAME}$`, 'u');

function nameOf(name: unknown, option: string, where: string): string {
  if (typeof name === 'string' && FUNCTION_NAME.test(name)) return name;
  throw new FlowError('STAGE_INVALID', `${where}: ${option} must be the name of a function in its module but is ${describeValue(name)}`, {
    hint: `Write for example ${option}: '${option === 'setup' ? 'load' : 'detect'}': a name in the Python file, not a function of JavaScript.`,
  });
}

/** A command is found by PATH; a path is taken from the current folder. */
function interpreterOf(interpreter: unknown, where: string): string {
  if (interpreter instanceof URL && interpreter.protocol === 'file:') return fileURLToPath(interpreter);
  if (typeof interpreter === 'string' && interpreter.startsWith('file://')) return fileURLToPath(interpreter);
  if (typeof interpreter === 'string' && interpreter !== '') return interpreter;
  throw new FlowError('OPTION_INVALID', `${where}: interpreter must be a path or a command but is ${describeValue(interpreter)}`);
}

function countOf(value: unknown, option: string, where: string): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new FlowError('OPTION_INVALID', `${where}: ${option} must be a whole number of at least 1 but is ${describeValue(value)}`);
}

function envOf(env: unknown, where: string): Readonly<Record<string, string>> {
  if (env === undefined) return {};
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw new FlowError('OPTION_INVALID', `${where}: env must be an object of strings but is ${describeValue(env)}`);
  }
  const wrong = Object.entries(env).find(([, value]) => typeof value !== 'string');
  if (wrong === undefined) return { ...env };
  throw new FlowError('OPTION_INVALID', `${where}: env.${wrong[0]} must be a string but is ${describeValue(wrong[1])}`);
}

import { FlowError } from '../errors/flow-error.ts';
import type { Implementation, Place, ReplicaBounds, ReplicaContext, StageContext, StageSpec } from '../plan/stage.ts';
import { type Columns, describeValue, type Row, type Schema, schemaOf } from '../schema/column.ts';
import { checkOptions, isDuration } from './options.ts';
import { type RaceOption, raceOf } from './race.ts';

/** Now or later. Promise stands beside PromiseLike, which covers it, because the compiler then compares the values in two lines and not in twelve. */
export type Maybe<T> = T | Promise<T> | PromiseLike<T>;
/** Any number, now or later, at once or one by one. */
export type Many<T> = Maybe<readonly T[]> | Iterable<T> | AsyncIterable<T>;

/** Gives one row for each row it is given: made by stage, batchStage, onnx and remote. */
export interface Stage<I extends Columns, O extends Columns> {
  readonly kind: 'stage';
  readonly name: string;
  readonly input: I;
  readonly output: O;
}

/** Gives any number of rows for each row it is given. */
export interface Expander<I extends Columns, O extends Columns> {
  readonly kind: 'expander';
  readonly name: string;
  readonly input: I;
  readonly output: O;
}

/** What a verb asks of a stage before it looks closer. */
export interface AnyStage {
  readonly kind: 'stage' | 'expander';
  readonly name: string;
  readonly input: Columns;
  readonly output: Columns;
}

/** What every stage may say of how it is run. */
export interface StageOptions {
  /** At most this many rows in one call. */
  readonly maxBatch?: number | undefined;
  /** At most this long for one call; DEADLINE_EXCEEDED after it. */
  readonly timeoutMs?: number | undefined;
  /** Where it runs: the event loop or a worker thread; with its neighbours when not said. A batch stage on a thread takes turns with models there. */
  readonly runsOn?: 'loop' | 'thread' | undefined;
  /** Its calls change something outside: never run twice for a request, moved or shared. */
  readonly effects?: boolean | undefined;
  /** Runs the same call several times at once and takes the first answer; not with effects. docs/stages.md says what that costs. */
  readonly race?: RaceOption | undefined;
  /** How many threads or processes run it, or between which numbers the load decides. A function that says it runs on threads. */
  readonly replicas?: number | { readonly min?: number | undefined; readonly max: number } | undefined;
  /** What each replica occupies one of, such as 'gpu'; the server is told how many there are. A function that says it runs on threads. */
  readonly resource?: string | undefined;
}

/** `setup` stands before `run` where it takes a parameter: the state is inferred from left to right. */
interface StageDefinition<I, O, State> extends StageOptions {
  /** Unique within a pipeline; it names the stage in plans, errors and statistics. */
  readonly name: string;
  readonly input: I;
  readonly output: O;
  /** Called once per replica, before its first rows; what it returns is given to `run`. */
  readonly setup?: ((replica: ReplicaContext) => Maybe<State>) | undefined;
  /** Called once per replica, after its last rows. */
  readonly teardown?: ((state: NoInfer<State>) => Maybe<void>) | undefined;
}

interface RowStageDefinition<I extends Columns, O extends Columns, State> extends StageDefinition<I, O, State> {
  readonly run: (row: Row<NoInfer<I>>, context: StageContext<NoInfer<State>>) => Maybe<Row<NoInfer<O>>>;
}
interface BatchStageDefinition<I extends Columns, O extends Columns, State> extends StageDefinition<I, O, State> {
  readonly run: (rows: readonly Row<NoInfer<I>>[], context: StageContext<NoInfer<State>>) => Maybe<readonly Row<NoInfer<O>>[]>;
}
interface ExpanderStageDefinition<I extends Columns, O extends Columns, State> extends StageDefinition<I, O, State> {
  readonly run: (row: Row<NoInfer<I>>, context: StageContext<NoInfer<State>>) => Many<Row<NoInfer<O>>>;
}
/**
 * A function of one row. It is given the columns of `input` and returns exactly those of `output`, or a
 * promise of them. Rows and tensors it is given are borrowed: it must not change them.
 * Errors: what it throws fails its request alone, as the cause of STAGE_FAILED; OUTPUT_INVALID when it returns
 * other columns than it declares.
 */
export function stage<const I extends Columns, const O extends Columns, State = undefined>(
  definition: RowStageDefinition<I, O, State>,
): Stage<I, O> {
  return defineStage('stage', 'stage', definition, (run) => ({ kind: 'row', run })) as unknown as Stage<I, O>;
}

/**
 * A function of several rows at once, up to `maxBatch` (32 when not said), which may belong to different requests. It returns one row
 * per row, in the same order.
 * Errors: BATCH_SIZE_CHANGED when it returns another number of rows; a failed call is repeated request by
 * request, so that only the requests whose rows made it fail see STAGE_FAILED (not for `effects`).
 */
export function batchStage<const I extends Columns, const O extends Columns, State = undefined>(
  definition: BatchStageDefinition<I, O, State>,
): Stage<I, O> {
  return defineStage('batchStage', 'stage', definition, (run) => ({ kind: 'batch', run })) as unknown as Stage<I, O>;
}

/** A function of one row that gives any number of rows: an array, an iterable, a generator, or any of them asynchronous. */
export function expander<const I extends Columns, const O extends Columns, State = undefined>(
  definition: ExpanderStageDefinition<I, O, State>,
): Expander<I, O> {
  return defineStage('expander', 'expander', definition, (run) => ({ kind: 'expand', run })) as unknown as Expander<I, O>;
}

/** A function in the making: any of the three shapes above, before its shape is known. */
type UserFunction = Extract<Implementation, { readonly kind: 'row' }>['run'] &
  Extract<Implementation, { readonly kind: 'batch' }>['run'] &
  Extract<Implementation, { readonly kind: 'expand' }>['run'];

function defineStage(
  verb: string,
  kind: 'stage' | 'expander',
  definition: unknown,
  implement: (run: UserFunction) => Implementation,
): StageSpec & { readonly kind: 'stage' | 'expander' } {
  const fields = fieldsOf(verb, definition);
  const where = `${verb} "${String(fields.name)}"`;
  checkOptions(definition, [...STAGE_FIELDS, 'input', 'output', 'run'], where);
  if (typeof fields.run !== 'function')
    throw new FlowError('STAGE_INVALID', `${where}: run must be a function but is ${describeValue(fields.run)}`);
  if (fields.runsOn === 'loop' && (fields.replicas !== undefined || fields.resource !== undefined)) {
    const option = fields.replicas === undefined ? 'resource' : 'replicas';
    throw new FlowError('OPTION_INVALID', `${where}: on the event loop a function has one replica, so ${option} has no meaning there`, {
      hint: `Leave out ${option}, or let it run on a thread.`,
    });
  }
  // Which of the three shapes `run` has is what the caller's verb says; TypeScript checked it there.
  return makeStage(verb, kind, fields, implement(fields.run as UserFunction), {
    input: schemaOf(fields.input, `${where}: input`),
    output: schemaOf(fields.output, `${where}: output`),
  });
}

/** What the definition of every kind of stage may have. */
export const STAGE_FIELDS = [
  'name',
  'setup',
  'teardown',
  'maxBatch',
  'timeoutMs',
  'runsOn',
  'effects',
  'race',
  'replicas',
  'resource',
] as const;

/** A definition's fields, whatever a caller without types may have put into them. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(verb: string, definition: unknown): Fields {
  if (typeof definition !== 'object' || definition === null) {
    throw new FlowError('STAGE_INVALID', `${verb}: the definition must be an object but is ${describeValue(definition)}`);
  }
  const fields = definition as Fields;
  if (typeof fields.name !== 'string' || fields.name === '') {
    throw new FlowError('STAGE_INVALID', `${verb}: name must be a non-empty string but is ${describeValue(fields.name)}`);
  }
  return fields;
}

export function makeStage(
  verb: string,
  kind: 'stage' | 'expander',
  fields: Fields,
  implementation: Implementation,
  columns: { readonly input: Schema; readonly output: Schema },
): StageSpec & { readonly kind: 'stage' | 'expander' } {
  const where = `${verb} "${String(fields.name)}"`;
  const effects = (optional(where, fields, 'effects', isBoolean, 'true or false') as boolean | undefined) ?? false;
  return Object.freeze({
    kind,
    name: String(fields.name),
    ...columns,
    implementation,
    setup: optional(where, fields, 'setup', isFunction, 'a function') as StageSpec['setup'],
    teardown: optional(where, fields, 'teardown', isFunction, 'a function') as StageSpec['teardown'],
    maxBatch: (optional(where, fields, 'maxBatch', isCount, 'a whole number of at least 1') as number | undefined) ?? DEFAULT_MAX_BATCH,
    timeoutMs: optional(where, fields, 'timeoutMs', isDuration, 'a number of milliseconds above 0') as number | undefined,
    runsOn: placeFor(where, fields),
    ...scaling(where, fields),
    effects,
    race: raceOf(fields.race, effects, where),
  });
}

/** Enough to hide the cost of a call, few enough to bound the memory of one. */
const DEFAULT_MAX_BATCH = 32;

function optional(where: string, fields: Fields, name: string, isValid: (value: unknown) => boolean, wanted: string): unknown {
  const value = fields[name];
  if (value === undefined || isValid(value)) return value;
  throw new FlowError('OPTION_INVALID', `${where}: ${name} must be ${wanted} but is ${describeValue(value)}`);
}

/** What says how many replicas it has, or what each occupies, cannot be one with the event loop. */
function placeFor(where: string, fields: Fields): Place | undefined {
  const runsOn = optional(where, fields, 'runsOn', isPlace, '"loop" or "thread"') as Place | undefined;
  return runsOn ?? (fields.replicas === undefined && fields.resource === undefined ? undefined : 'thread');
}

function scaling(where: string, fields: Fields): Pick<StageSpec, 'replicas' | 'resource'> {
  const replicas = replicaBounds(where, fields);
  const resource = optional(where, fields, 'resource', isName, 'the name of a resource, such as "gpu"') as string | undefined;
  return {
    ...(replicas === undefined ? {} : { replicas }),
    ...(resource === undefined ? {} : { resource }),
  };
}
const REPLICAS = 'a whole number of at least 1, or { min, max } of such';

/** `3` is from 3 to 3; `min` is 1 where it is not said. */
export function replicaBounds(where: string, fields: Fields): ReplicaBounds | undefined {
  const replicas = optional(where, fields, 'replicas', isReplicas, REPLICAS) as StageOptions['replicas'];
  if (replicas === undefined) return undefined;
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : { min: replicas.min ?? 1, max: replicas.max };
}

function isReplicas(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isCount(value);
  const { min = 1, max, ...rest } = value as Fields;
  return Object.keys(rest).length === 0 && isCount(min) && isCount(max) && Number(min) <= Number(max);
}

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
const isPlace = (value: unknown): boolean => value === 'loop' || value === 'thread';
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

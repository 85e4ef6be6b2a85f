import { FlowError } from './errors/flow-error.ts';
import { buildPlan, type FlowBuilder } from './language/builder.ts';
import type { If, NotAFlow } from './language/check.ts';
import type { ColumnsOf, Flow, OriginOf } from './language/flow.ts';
import type { PipelineOptions } from './plan/node.ts';
import { PLAN } from './plan/program.ts';
import { type Columns, describeValue, type Row, schemaOf } from './schema/column.ts';
import { Deployment, type RunOptions } from './serving/deployment.ts';

/** A pipeline with input columns I and output columns O; Q is what the rows of its answer stand for. */
export interface Pipeline<I extends Columns, O extends Columns, Q extends string = string> {
  readonly name: string;
  readonly input: I;
  readonly output: O;
  /** What the rows of its answer stand for: 'request' where they are rows of the request. */
  readonly origin: Q;
  /**
   * Answers one request in this process. The first call starts the pipeline: models on worker threads, functions
   * on the event loop. Errors: FlowError with the codes of docs/errors.md.
   */
  run(rows: readonly Row<I>[], options?: RunOptions): Promise<readonly Row<O>[]>;
  /** Answers what is under way, runs every `teardown` and ends the worker threads. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Defines a pipeline: `build` is called once, with the flow of the request's rows, and returns the flow of the
 * answer's. Errors: those of building a pipeline in docs/errors.md, thrown here and now.
 */
export function pipeline<const I extends Columns, F>(
  name: string,
  input: I,
  build: (rows: Flow<I>) => If<NotAFlow<F>, F>,
  options: PipelineOptions<Row<I>> = {},
): Pipeline<I, ColumnsOf<F>, OriginOf<F>> {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new FlowError('PIPELINE_INVALID', `pipeline: ${describeValue(name)} cannot be its name`, {
      hint: 'Use letters, digits, ".", "_" and "-": the name is part of its address.',
    });
  }
  if (typeof build !== 'function')
    throw new FlowError('PIPELINE_INVALID', `pipeline "${name}": the third argument must be a function but is ${describeValue(build)}`);
  const schema = schemaOf(input, `pipeline "${name}": input`);
  // The builder implements the verbs without types; Flow gives them types.
  const plan = buildPlan(name, schema, build as unknown as (rows: FlowBuilder) => unknown, options);
  let running: Promise<Deployment> | undefined;
  const start = (): Promise<Deployment> => {
    const starting = Deployment.start(plan);
    starting.catch(() => {
      // Unless it was closed meanwhile, and perhaps started anew.
      if (running === starting) running = undefined;
    });
    return starting;
  };
  const close = async (): Promise<void> => {
    // Why a start failed is told to the request that wanted it.
    const closing = running?.catch(() => undefined);
    running = undefined;
    await (await closing)?.close();
  };
  const made = {
    name,
    input: schema,
    output: plan.output.columns,
    origin: plan.output.origin.name,
    [PLAN]: plan,
    async run(rows: readonly unknown[], runOptions?: RunOptions) {
      running ??= start();
      const deployment = await running;
      return deployment.run(rows, runOptions);
    },
    close,
    [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]: close,
  };
  return Object.freeze(made) as unknown as Pipeline<I, ColumnsOf<F>, OriginOf<F>>;
}
const NAME = /^[A-Za-z0-9][\w.-]*$/;

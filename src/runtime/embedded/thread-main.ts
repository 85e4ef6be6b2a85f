import { readlinkSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { FlowError, messageOf } from '../../errors/flow-error.ts';
import { fromPortable, toPortable } from '../../errors/portable.ts';
import { plansIn } from '../../plan/program.ts';
import type { StageSpec } from '../../plan/stage.ts';
import { carriedColumns, type PhysicalPlan, stageNames, type Task } from '../../plan/task.ts';
import { stagesOf } from '../../plan/traverse.ts';
import { systemClock } from '../clock.ts';
import { isPromise, onceThere } from '../maybe.ts';
import { compileRegion, type Region } from '../region.ts';
import { RequestScope } from '../request-scope.ts';
import { plainContext } from '../stages/built-in-stage.ts';
import { type LoadedStage, loadStages } from '../stages/load-stage.ts';
import { withReadOnlyRows } from '../stages/read-only-rows.ts';
import type { Table } from '../table.ts';
import { markInsideThread } from './inside-thread.ts';
import { doneMessage, type FromThread, isRun, type ThreadData, type ToThread, tablesToRun } from './messages.ts';
import { closeGate, type NativeGate, throughGate } from './native-gate.ts';
import type { Memory } from './packer.ts';
import { type EncodedTables, TableCodec } from './table-codec.ts';
import { ThreadTrace } from './thread-trace.ts';

/** One replica of one task: loads the task's stages, then runs requests until it is told to drain. */
async function main(port: MessagePort, data: ThreadData): Promise<void> {
  process.setSourceMapsEnabled(true);
  markInsideThread();
  const task = data.plan.tasks.find(({ number }) => number === data.task);
  if (task === undefined) throw new RangeError(`the plan has no task ${data.task}`);
  const specs = await specsOf(task, data);
  const loaded = await loadStages(
    data.freezeRows ? specs.map(withReadOnlyRows) : specs,
    { index: data.replica },
    { ...plainContext, guard: (compute) => throughGate(data.gate, compute) },
  );
  const region = compileRegion(data.plan, task, { stages: loaded, counters: data.counters, clock: systemClock });
  serve(port, data.plan, task, region, () => void drain(port, loaded, data.gate));
  send(port, { kind: 'ready', thread: threadName() });
}

function threadName(): string | null {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return null;
  }
}

async function specsOf(task: Task, { plan, program, builtIn }: ThreadData): Promise<readonly StageSpec[]> {
  const specs = program === null ? new Map(builtIn.map((stage) => [stage.name, stage])) : await stagesOfProgram(program, plan.pipeline);
  return stageNames(task).map((name) => {
    const spec = specs.get(name);
    if (spec !== undefined) return spec;
    throw new FlowError('CODE_UNREACHABLE', `the program loaded by the worker has no stage "${name}" in the pipeline "${plan.pipeline}"`);
  });
}

async function stagesOfProgram(program: string, pipeline: string): Promise<ReadonlyMap<string, StageSpec>> {
  const exports = (await import(program)) as Readonly<Record<string, unknown>>;
  const plan = plansIn(exports).find((candidate) => candidate.name === pipeline);
  if (plan === undefined)
    throw new FlowError('EXPORT_MISSING', `the program loaded by the worker does not export the pipeline "${pipeline}"`);
  return stagesOf(plan.output);
}

function serve(port: MessagePort, plan: PhysicalPlan, task: Task, region: Region, onDrain: () => void): void {
  const running = new Map<number, RequestScope>();
  /** That of the request that comes next. */
  let coming: ThreadTrace | undefined;
  const tell = ({ request, batches }: ThreadTrace): void => {
    if (batches.length > 0) send(port, { kind: 'batches', request, batches });
  };
  const input = new TableCodec(task.reads.map((table) => carriedColumns(plan, task, table)));
  const output = new TableCodec(task.gives.map((table) => carriedColumns(plan, task, table)));
  // An alternative that has lost may still be reading what its request was sent.
  const handsBack = !task.steps.some(({ op }) => op === 'anyOf');
  const run = (request: number, deadlineMs: number, tables: EncodedTables): void => {
    const scope = new RequestScope(deadlineMs);
    scope.own(tables[2]);
    const trace = coming?.request === request ? coming : undefined;
    coming = undefined;
    scope.trace = trace;
    running.set(request, scope);
    const done = (made: readonly Table[]): void => {
      running.delete(request);
      if (trace !== undefined) tell(trace);
      answer(port, request, () => output.encode(made, handsBack ? scope.memory : []));
    };
    const failed = (error: unknown): void => {
      running.delete(request);
      // What else of the request is under way shall not go on.
      scope.end(new FlowError('REQUEST_CANCELLED', 'another stage of the request failed'));
      if (trace !== undefined) tell(trace);
      send(port, { kind: 'failed', request, error: toPortable(error) });
    };
    try {
      const made = onceThere(region(input.decode(tables), scope), (given) => given);
      if (isPromise(made)) made.then(done, failed);
      else done(made);
    } catch (error) {
      failed(error);
    }
  };
  port.on('message', (message: ToThread) => {
    if (isRun(message)) {
      run(message[0], message[1], tablesToRun(message));
      return;
    }
    switch (message.kind) {
      case 'trace':
        coming = new ThreadTrace(message.request, message.traceparent);
        break;
      case 'end':
        running.get(message.request)?.end(fromPortable(message.reason));
        break;
      case 'drain':
        onDrain();
    }
  });
}

/** Values that user code put into json columns may be of a kind that cannot leave the thread. */
function answer(port: MessagePort, request: number, encode: () => EncodedTables): void {
  try {
    const output = encode();
    send(port, doneMessage(request, output), output[2]);
  } catch (cause) {
    const error = new FlowError('VALUE_NOT_MOVABLE', `a value made by the pipeline cannot be sent to another thread: ${messageOf(cause)}`, {
      cause,
    });
    send(port, { kind: 'failed', request, error: toPortable(error) });
  }
}

async function drain(port: MessagePort, loaded: ReadonlyMap<string, LoadedStage>, gate: NativeGate): Promise<void> {
  for (const [name, stage] of loaded) {
    send(port, { kind: 'closing', stage: name });
    await stage.close().catch((error: unknown) => send(port, { kind: 'teardownFailed', stage: name, error: messageOf(error) }));
  }
  // The computation of a request that nobody waits for any more may still be under way.
  await closeGate(gate);
  // What the user's code has left open, a timer or a connection, must not keep the thread.
  process.exit();
}

function send(port: MessagePort, message: FromThread, transfer: Memory = []): void {
  port.postMessage(message, transfer);
}

if (parentPort === null) throw new Error('this file is the entry of worker threads');
const port = parentPort;
main(port, workerData as ThreadData).catch((error: unknown) => {
  send(port, { kind: 'broken', error: toPortable(error) });
  port.close();
});

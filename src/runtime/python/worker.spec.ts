import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { functions, says, texts } from '../../../test/support/python/stages.ts';
import { portableSchema } from '../../plan/portable.ts';
import { columnsCodec } from './columns.ts';
import { type Frame, FrameReader, frameOf, fromPython, textFrame, toPython } from './frames.ts';
import { workerFolder } from './interpreter.ts';

const codec = columnsCodec(texts);

/** A worker without a pool around it, which is set up. */
async function worker() {
  const child = spawn('python3', [workerFolder()], { stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [input, output] = [child.stdio[3] as Socket, child.stdio[4] as Socket];
  const reader = new FrameReader();
  const frames: Frame[] = [];
  output.on('data', (piece: Buffer) => reader.push(piece, (frame) => void frames.push(frame)));
  const answers = async (count: number): Promise<readonly Frame[]> => {
    while (frames.length < count) await once(output, 'data');
    return frames;
  };
  const schema = portableSchema(texts);
  const setup = { stage: 'act', file: functions, module: null, function: 'act', setup: null, replica: 0, input: schema, output: schema };
  input.write(textFrame(toPython.setup, 0, setup));
  const run = (call: number, what: string): void => {
    for (const piece of frameOf({ kind: toPython.run, call, rows: 1, deadlineMs: 0 }, codec.pack(says(what)))) input.write(piece);
  };
  const cancel = (call: number): void => void input.write(textFrame(toPython.cancel, call));
  await answers(1);
  return { run, cancel, answers, written: () => once(child.stdout as Readable, 'data') };
}

describe('the worker', () => {
  it('knows which calls are later when their numbers begin anew', async () => {
    const { run, cancel, answers, written } = await worker();
    const last = 2 ** 32 - 1;
    run(last, 'wait a');
    await written();
    run(1, 'print never');
    cancel(1);
    cancel(last);
    const [, ...told] = await answers(3);
    expect(told.map(({ kind, call }) => [kind, call])).toEqual([
      [fromPython.done, last],
      [fromPython.failed, 1],
    ]);
  });
});

import { int32, stage, text } from 'flowserve';
import { completeNode } from '../../../dist/internals.js';

// The program of test/end-to-end/threads-any-of.spec.ts: plans of nodes, as the worker threads find them by their symbol.

/** Says on the channel of a row what happens, and waits there to be told to go on. */
class Teller {
  #port;

  constructor(channel) {
    this.#port = new BroadcastChannel(channel);
  }

  tell(message) {
    this.#port.postMessage(message);
  }

  goOn() {
    return new Promise((resolve) => {
      this.#port.onmessage = ({ data }) => data === 'go' && resolve();
    });
  }

  close() {
    this.#port.close();
  }
}

const columns = { id: int32, channel: text };
const request = { op: 'input', pipeline: 'any-of', columns, origin: { name: 'request', parent: null } };
const map = (input, made) => completeNode({ op: 'map', input, stages: [made] });
const anyOf = (...inputs) => completeNode({ op: 'anyOf', inputs });
const make = (name, runsOn, run) => stage({ name, input: columns, output: columns, runsOn, run });

/** Never answers by itself; says that it is there, and why its signal was aborted. */
const waits = (name, runsOn) =>
  make(name, runsOn, async ({ channel }, { signal }) => {
    const teller = new Teller(channel);
    teller.tell(`${name} is there`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    teller.tell(`${name} ends: ${signal.reason.code}`);
    teller.close();
    throw signal.reason;
  });

/** Answers when it is told to. */
const gated = (name, runsOn) =>
  make(name, runsOn, async ({ id, channel }) => {
    const teller = new Teller(channel);
    teller.tell(`${name} is there`);
    await teller.goOn();
    teller.close();
    return { id: id + 1, channel };
  });

const fails = (name, runsOn) =>
  make(name, runsOn, () => {
    throw new Error(name);
  });

const exported = (name, output) => ({ [Symbol.for('flowserve.plan')]: { name, input: columns, output, options: {} } });

export const within = exported('within', anyOf(map(request, waits('waits', 'thread')), map(request, gated('gated', 'thread'))));
export const across = exported('across', anyOf(map(request, waits('waits', 'thread')), map(request, gated('gated', 'loop'))));
export const itself = exported('itself', anyOf(request, map(request, waits('waits', 'thread'))));
export const failing = exported('failing', anyOf(map(request, fails('fails', 'thread')), map(request, gated('gated', 'loop'))));
export const allFail = exported('all-fail', anyOf(map(request, fails('first', 'thread')), map(request, fails('second', 'loop'))));

const side = (name) =>
  map(
    map(request, gated(name, 'thread')),
    make(`after ${name}`, 'loop', (row) => row),
  );
export const branches = exported(
  'branches',
  completeNode({ op: 'join', left: side('left'), right: side('right'), how: 'inner', as: 'right' }),
);

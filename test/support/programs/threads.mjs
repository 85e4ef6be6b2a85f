import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { batchStage, bytes, int32, json, pipeline, stage, text } from 'flowserve';

// The program of test/end-to-end/threads.spec.ts, whose threads inherit the name of the file to write to.
const log = () => process.env.FLOWSERVE_TEST_LOG;
const note = (line) => appendFileSync(log(), `${line}\n`);
const noted = (line) => existsSync(log()) && readFileSync(log(), 'utf8').split('\n').includes(line);

/** Says that it is there, on a channel of its own, and waits to be told to go on. */
function gate(channel) {
  const port = new BroadcastChannel(channel);
  return new Promise((resolve) => {
    port.onmessage = ({ data }) => {
      if (data !== 'go') return;
      port.close();
      resolve();
    };
    port.postMessage('there');
  });
}

function tell(channel, message) {
  const port = new BroadcastChannel(channel);
  port.postMessage(message);
  port.close();
}

const moods = {
  ok: () => {},
  fail: () => Promise.reject(new TypeError('as it was told')),
  exit: () => process.exit(3),
  never: () => new Promise(() => {}),
  gate: ({ channel }) => gate(channel),
  /** Answers, and breaks its worker afterwards. */
  later: () => {
    setImmediate(() => {
      throw new Error('outside');
    });
  },
  spin: ({ channel }) => {
    tell(channel, 'there');
    for (;;);
  },
  signal: ({ channel }, { signal }) => {
    tell(channel, 'there');
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        tell(channel, signal.reason.code);
        resolve();
      });
    });
  },
};

const mood = { mood: text, channel: text };
const thread = { thread: int32 };
const act = (name, options = {}) =>
  stage({
    name,
    input: mood,
    output: thread,
    runsOn: 'thread',
    ...options,
    run: async (row, context) => {
      await moods[row.mood](row, context);
      return { thread: threadId };
    },
  });

export const moody = pipeline('moody', mood, (rows) => rows.derive(act('act')));
export const effectful = pipeline('effectful', mood, (rows) => rows.derive(act('act', { effects: true })));

/** Of two branches one fails while the other waits for a signal. */
export const branches = pipeline('branches', mood, (rows) => {
  const wait = {
    name: 'wait',
    input: mood,
    output: thread,
    runsOn: 'thread',
    run: async (row, context) => (await moods.signal(row, context)) ?? { thread: 1 },
  };
  const fail = { name: 'fail', input: mood, output: { other: int32 }, runsOn: 'thread', run: () => moods.fail() };
  return rows.map(stage(wait)).join(rows.map(stage(fail)));
});

/** Notes when it is set up and torn down, and leaves open what would keep a thread. */
export const watched = pipeline('watched', mood, (rows) =>
  rows.derive(
    act('act', {
      setup: ({ index }) => {
        note(`setup ${index}`);
        setInterval(() => {}, 60_000);
        return index;
      },
      teardown: async (index) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        note(`teardown ${index}`);
      },
    }),
  ),
);

/** Its teardowns fail, and do not settle. */
export const careless = pipeline('careless', mood, (rows) =>
  rows
    .derive(act('failing', { teardown: () => Promise.reject(new Error('not closed')) }))
    .rename({ thread: 'first' })
    .derive(act('endless', { teardown: () => new Promise(() => note('endless')) })),
);

/** Is set up the first time, and then no more. */
const once = (name, again) =>
  pipeline(name, mood, (rows) =>
    rows.derive(
      act('act', {
        setup: () => {
          if (noted('setup')) return again();
          note('setup');
        },
      }),
    ),
  );
export const fragile = once('fragile', () => Promise.reject(new Error('not again')));
export const stuck = once('stuck', () => {
  setInterval(() => {}, 60_000);
  return new Promise(() => {});
});

/** One stage is set up and holds its thread open, another fails. */
export const broken = pipeline('broken', mood, (rows) =>
  rows
    .derive(act('good', { setup: () => void setInterval(() => {}, 60_000), teardown: () => note('good is torn down') }))
    .rename({ thread: 'goodThread' })
    .derive(act('bad', { setup: () => Promise.reject(new Error('no licence')) })),
);
/** Two tasks on threads, with one on the loop between: one of them fails to start. */
export const halfBroken = pipeline('halfBroken', mood, (rows) =>
  rows
    .derive(act('good', { effects: true, setup: () => void setInterval(() => {}, 60_000) }))
    .map(
      stage({
        name: 'between',
        input: mood,
        output: mood,
        runsOn: 'loop',
        setup: () => note('between is set up'),
        teardown: () => note('between is torn down'),
        run: (row) => row,
      }),
    )
    .derive(act('bad', { setup: () => process.exit(4) })),
);

export const copies = pipeline('copies', { raw: bytes }, (rows) =>
  rows.map(stage({ name: 'copy', input: { raw: bytes }, output: { raw: bytes }, runsOn: 'thread', run: ({ raw }) => ({ raw }) })),
);

export const doubled = pipeline('doubled', { n: int32 }, (rows) =>
  rows
    .map(
      batchStage({
        name: 'double',
        input: { n: int32 },
        output: { n: int32, thread: int32 },
        runsOn: 'thread',
        run: async (all) => {
          await new Promise((resolve) => setImmediate(resolve));
          return all.map(({ n }) => ({ n: n * 2, thread: threadId }));
        },
      }),
    )
    .filter(['n'], ({ n }) => n % 3 !== 0),
);

/** Each says below which span it runs. */
const traceparents = { n: int32, onLoop: text, onThread: text };
export const traced = pipeline('traced', { n: int32 }, (rows) =>
  rows
    .derive(
      stage({
        name: 'onLoop',
        input: { n: int32 },
        output: { onLoop: text },
        runsOn: 'loop',
        run: (_, { traceparent = '' }) => ({ onLoop: traceparent }),
      }),
    )
    .derive(
      stage({
        name: 'onThread',
        input: { onLoop: text },
        output: { onThread: text },
        runsOn: 'thread',
        run: (_, { traceparent = '' }) => ({ onThread: traceparent }),
      }),
    )
    .map(
      batchStage({
        name: 'inBatch',
        input: traceparents,
        output: { ...traceparents, inBatch: text },
        runsOn: 'thread',
        run: (all, { traceparent = '' }) => all.map((row) => ({ ...row, inBatch: traceparent })),
      }),
    ),
);

const anything = json({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });
export const free = pipeline('free', { value: anything }, (rows) =>
  rows.map(
    stage({
      name: 'answer',
      input: { value: anything },
      output: { value: anything },
      runsOn: 'thread',
      run: ({ value }) => ({ value: value === 'unmovable' ? { run: () => {} } : value }),
    }),
  ),
);

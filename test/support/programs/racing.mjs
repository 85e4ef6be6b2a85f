import { int32, pipeline, stage, text } from 'flowserve';

// The program of test/end-to-end/racing.spec.ts.

const columns = { id: int32, channel: text };

/** The replica 0 waits until it is called off, and says so on the channel of the row; the others answer. */
const oneAnswers = stage({
  name: 'one answers',
  input: columns,
  output: columns,
  runsOn: 'thread',
  race: { copies: 2 },
  setup: ({ index }) => index,
  async run(row, { state, signal }) {
    if (state > 0) return row;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    const port = new BroadcastChannel(row.channel);
    port.postMessage(`the other ends: ${signal.reason.code}`);
    port.close();
    throw signal.reason;
  },
});

const answers = stage({
  name: 'answers',
  input: columns,
  output: columns,
  runsOn: 'thread',
  race: { copies: 2 },
  run: async (row) => row,
});

export const raced = pipeline('raced', columns, (rows) => rows.map(oneAnswers));
export const alone = pipeline('alone', columns, (rows) => rows.map(answers));

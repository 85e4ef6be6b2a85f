import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { type Deferred, defer, settle } from '../../../../test/support/settle.ts';
import { closedLoop, openLoop } from './load.ts';
import type { Outcome } from './measurement.ts';

function bench() {
  const clock = new FakeClock();
  const sent: Deferred<string | undefined>[] = [];
  const outcomes: Outcome[] = [];
  const controller = new AbortController();
  const send = (): Promise<string | undefined> => {
    const answer = defer<string | undefined>();
    sent.push(answer);
    return answer.promise;
  };
  const options = {
    send,
    clock,
    startMs: 0,
    durationMs: 100,
    onOutcome: (outcome: Outcome) => outcomes.push(outcome),
    signal: controller.signal,
  };
  return { clock, sent, outcomes, options, stop: () => controller.abort() };
}

describe('the closed loop', () => {
  it('sends as many at a time as there are callers, and the next when one is answered', async () => {
    const { clock, sent, outcomes, options, stop } = bench();
    const done = closedLoop(2, options);
    expect(sent).toHaveLength(2);
    clock.advance(30);
    sent[1]?.resolve(undefined);
    await settle();
    await settle();
    expect(sent).toHaveLength(3);
    expect(outcomes).toEqual([{ intendedMs: 0, endMs: 30, code: undefined }]);
    stop();
    await done;
  });

  it('sends nothing after its time, and waits for what is under way', async () => {
    const { clock, sent, outcomes, options } = bench();
    const done = closedLoop(1, options);
    clock.advance(150);
    sent[0]?.resolve('QUEUE_FULL');
    await done;
    expect(sent).toHaveLength(1);
    expect(outcomes).toEqual([{ intendedMs: 0, endMs: 150, code: 'QUEUE_FULL' }]);
  });
});

describe('the open loop', () => {
  it('sends when it is time to, answered or not', async () => {
    const { clock, sent, options, stop } = bench();
    const done = openLoop(() => 40, options);
    await settle();
    expect(sent).toHaveLength(0);
    for (const count of [1, 2]) {
      clock.advance(40);
      while (sent.length < count) await settle();
    }
    stop();
    await done;
    expect(sent).toHaveLength(2);
  });

  it('charges a wait before sending to the request', async () => {
    const { clock, sent, outcomes, options } = bench();
    const done = openLoop(() => 40, options);
    // Nothing could be sent for all this time.
    clock.advance(90);
    while (sent.length < 2) await settle();
    for (const answer of sent) answer.resolve(undefined);
    await done;
    expect(outcomes).toEqual([
      { intendedMs: 40, endMs: 90, code: undefined },
      { intendedMs: 80, endMs: 90, code: undefined },
    ]);
  });
});

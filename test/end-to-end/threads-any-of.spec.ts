import { describe, expect, it } from 'vitest';
import type { AnyRow } from '../../src/schema/column.ts';
import { settle } from '../support/settle.ts';
import { Channel, onThreads, type ThreadDeployment } from '../support/threads.ts';

const anyOfProgram = (name: string): Promise<ThreadDeployment> => onThreads(name, {}, 'any-of');
const ask = ({ name }: Channel): readonly AnyRow[] => [{ id: 1, channel: name }];
const answer = ({ name }: Channel): readonly AnyRow[] => [{ id: 2, channel: name }];

describe('an anyOf with alternatives on threads', () => {
  it.each(['within', 'across'])('gives the first and aborts the signal of the other: %s', async (name) => {
    const [{ deployment }, channel] = [await anyOfProgram(name), new Channel()];
    const running = deployment.run(ask(channel));
    await channel.hears('waits is there');
    await channel.hears('gated is there');
    channel.go();
    expect(await running).toEqual(answer(channel));
    await channel.hears('waits ends: REQUEST_CANCELLED');
  });

  it('ends both with their request', async () => {
    const [{ deployment }, channel, caller] = [await anyOfProgram('across'), new Channel(), new AbortController()];
    const running = deployment.run(ask(channel), { signal: caller.signal });
    await channel.hears('waits is there');
    await channel.hears('gated is there');
    caller.abort();
    await expect(running).rejects.toMatchObject({ code: 'REQUEST_CANCELLED', problem: 'the caller cancelled the request' });
    await channel.hears('waits ends: REQUEST_CANCELLED');
    channel.go();
  });

  it('takes a loser that waits for a worker out of the line', async () => {
    const { deployment } = await anyOfProgram('across');
    const channels = [new Channel(), new Channel(), new Channel()] as const;
    const running = channels.map((channel) => deployment.run(ask(channel)));
    await Promise.all(channels.map((channel) => channel.hears('gated is there')));
    expect(deployment.statistics().queued).toBe(1);
    channels[2].go();
    expect(await running[2]).toEqual(answer(channels[2]));
    await settle();
    expect(deployment.statistics().queued).toBe(0);
    for (const channel of channels) channel.go();
    await Promise.all(running);
  });

  it('gives the rows of the request where these are an alternative, and occupies no worker', async () => {
    const { deployment } = await anyOfProgram('itself');
    const channels = [new Channel(), new Channel(), new Channel()] as const;
    for (const channel of channels) expect(await deployment.run(ask(channel))).toEqual(ask(channel));
    await settle();
    expect(deployment.statistics().queued).toBe(0);
    await deployment.close();
  });

  it('falls back when one fails on its thread', async () => {
    const [{ deployment }, channel] = [await anyOfProgram('failing'), new Channel()];
    const running = deployment.run(ask(channel));
    await channel.hears('gated is there');
    channel.go();
    expect(await running).toEqual(answer(channel));
  });

  it('fails as the first of them when all fail', async () => {
    const { deployment } = await anyOfProgram('all-fail');
    await expect(deployment.run(ask(new Channel()))).rejects.toMatchObject({
      code: 'STAGE_FAILED',
      problem: 'stage "first" failed: first',
    });
  });
});

describe('the sides of a join on threads', () => {
  it('run at once', async () => {
    const [{ deployment }, channel] = [await anyOfProgram('branches'), new Channel()];
    const running = deployment.run(ask(channel));
    // Neither goes on before both are there.
    await channel.hears('left is there');
    await channel.hears('right is there');
    channel.go();
    expect(await running).toEqual([{ ...answer(channel)[0], right: answer(channel)[0] }]);
  });
});

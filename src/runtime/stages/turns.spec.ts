import { describe, expect, it } from 'vitest';
import { type Deferred, defer, settle } from '../../../test/support/settle.ts';
import { type Seat, Turns } from './turns.ts';

/** One who computes until its gate opens; `log` notes who begins. */
interface Computing extends Seat {
  readonly gates: Deferred<number>[];
}

/** Seats by name, and `goOn`, which says that everything has gone on that needs no turn. */
function seatsOf<Names extends string>(...names: readonly Names[]) {
  const log: string[] = [];
  const later: (() => void)[] = [];
  const turns = new Turns((goOn) => later.push(goOn));
  const sit = (name: string): Computing => {
    const gates: Deferred<number>[] = [];
    const seat = turns.seat(() => {
      log.push(name);
      const gate = defer<number>();
      gates.push(gate);
      return gate.promise;
    });
    return { ...seat, gates };
  };
  const seats = Object.fromEntries(names.map((name) => [name, sit(name)])) as Record<Names, Computing>;
  const goOn = async (): Promise<void> => {
    await settle();
    for (const next of later.splice(0)) next();
  };
  const done = async (seat: Computing, requests = 1): Promise<void> => {
    seat.gates.shift()?.resolve(requests);
    await goOn();
  };
  return { seats, log, later, turns, goOn, done };
}

describe('turns', () => {
  it('begin at once where nobody computes', () => {
    const { seats, log } = seatsOf('encode');
    seats.encode.ask();
    expect(log).toEqual(['encode']);
  });

  it('let one compute at a time', async () => {
    const { seats, log, done } = seatsOf('encode', 'decode');
    seats.encode.ask();
    seats.decode.ask();
    await settle();
    expect(log).toEqual(['encode']);
    await done(seats.encode);
    expect(log).toEqual(['encode', 'decode']);
  });

  it('go round in the order of the seats, whoever asked first', async () => {
    const { seats, log, done } = seatsOf('detect', 'encode', 'decode');
    seats.encode.ask();
    seats.detect.ask();
    seats.encode.ask();
    seats.decode.ask();
    for (const seat of [seats.encode, seats.decode, seats.detect, seats.encode]) await done(seat);
    expect(log).toEqual(['encode', 'decode', 'detect', 'encode']);
  });

  it('come to each in every round, however often those before it ask', async () => {
    const { seats, log, done } = seatsOf('quick', 'thorough');
    seats.quick.ask();
    seats.thorough.ask();
    for (let i = 0; i < 2; i++) {
      seats.quick.ask();
      await done(seats.quick);
      seats.thorough.ask();
      await done(seats.thorough);
    }
    expect(log).toEqual(['quick', 'thorough', 'quick', 'thorough', 'quick']);
  });

  it('are one for all that somebody has asked for since', async () => {
    const { seats, log, done } = seatsOf('encode', 'decode');
    seats.encode.ask();
    seats.decode.ask();
    seats.decode.ask();
    await done(seats.encode);
    await done(seats.decode);
    expect(log).toEqual(['encode', 'decode']);
  });

  it('leave nothing to wait for when what was computed was for one request and nobody waits', async () => {
    const { seats, log, later } = seatsOf('encode', 'decode');
    seats.encode.ask();
    seats.encode.gates[0]?.resolve(1);
    await settle();
    expect(later).toEqual([]);
    seats.decode.ask();
    expect(log).toEqual(['encode', 'decode']);
  });

  it('wait until all of several requests have gone on, so that the first of them does not go alone', async () => {
    const { seats, log, goOn } = seatsOf('encode', 'decode');
    seats.encode.ask();
    seats.encode.gates[0]?.resolve(2);
    await settle();
    seats.decode.ask();
    expect(log).toEqual(['encode']);
    await goOn();
    expect(log).toEqual(['encode', 'decode']);
  });

  it('are free again where several have gone on and none asks', async () => {
    const { seats, log, done } = seatsOf('encode', 'decode');
    seats.encode.ask();
    await done(seats.encode, 2);
    seats.encode.ask();
    expect(log).toEqual(['encode', 'encode']);
  });

  it('end at once where computing does, without a wait before the next', () => {
    const { turns, later } = seatsOf();
    let served = 0;
    const seat = turns.seat(() => ++served / served);
    seat.ask();
    seat.ask();
    expect({ served, later }).toEqual({ served: 2, later: [] });
  });
});

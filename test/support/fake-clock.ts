import { VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** The clock of specs stands still until it is told to go on, and is the simulator's. */
export const FakeClock = VirtualClock;
export type FakeClock = VirtualClock;

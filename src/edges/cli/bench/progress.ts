import type { Clock } from '../../../runtime/clock.ts';
import type { Measured } from './measurement.ts';
import { inThree, printErrors } from './report.ts';

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how a load is going until it is told to stop: in one line that changes on a terminal, else in a line every few seconds. */
export function showProgress(terminal: Terminal, clock: Clock, look: () => Measured): () => void {
  const isTerminal = terminal.isTTY === true;
  const startMs = clock.now();
  const show = (): void => {
    const { requestsPerSecond, latencyMs, errors } = look();
    const latency = latencyMs === null ? 'warming up' : `${inThree(requestsPerSecond)} requests/s   p99 ${inThree(latencyMs.p99)} ms`;
    const line = `${((clock.now() - startMs) / 1000).toFixed(0)} s   ${latency}   errors: ${printErrors(errors)}`;
    terminal.write(isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
    callOff = clock.after(everyMs, show);
  };
  const everyMs = isTerminal ? 500 : 5000;
  let callOff = clock.after(everyMs, show);
  return () => {
    callOff();
    if (isTerminal) terminal.write('\r\x1b[K');
  };
}

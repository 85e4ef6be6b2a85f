import { FlowError } from '../../errors/flow-error.ts';
import { residentBytes } from './resident-bytes.ts';

const EVERY_MS = 250;
const MEGABYTE = 2 ** 20;

interface Limited {
  readonly stage: string;
  readonly pid: number;
  readonly limitMb: number;
  /** Is given why the process has to end. */
  readonly exceeded: (reason: FlowError) => void;
}

/** Looks after what memory a process uses, by a timer that Node's process may end without; the function it returns stops that. */
export function watchMemory({ stage, pid, limitMb, exceeded }: Limited): () => void {
  const look = async (): Promise<void> => {
    const bytes = await residentBytes(pid);
    if (bytes === undefined || bytes <= limitMb * MEGABYTE) return;
    const problem = `a Python process of stage "${stage}" was ended: it used ${Math.round(bytes / MEGABYTE)} MB, and its memoryLimitMb is ${limitMb}`;
    exceeded(new FlowError('REPLICA_CRASHED', problem, { hint: 'Give it smaller batches by maxBatch, or raise memoryLimitMb.' }));
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return () => clearInterval(timer);
}

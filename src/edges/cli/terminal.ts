import { isatty } from 'node:tty';

const DESCRIPTORS = [0, 1, 2];

/**
 * Tells whether the terminal that this process was started in has been closed: then too it gets SIGHUP. False where it was started
 * without one.
 */
export function terminalWatch(): () => boolean {
  const before = DESCRIPTORS.filter((descriptor) => isatty(descriptor));
  return () => before.length > 0 && before.every((descriptor) => !isatty(descriptor));
}

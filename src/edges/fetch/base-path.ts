import { FlowError } from '../../errors/flow-error.ts';
import { describeValue } from '../../schema/column.ts';

/** Checks where routes are mounted: '' for the root, else such as /ml. OPTION_INVALID for anything else. */
export function checkBasePath(caller: string, basePath: unknown): string {
  if (typeof basePath === 'string' && (basePath === '' || FITS.test(basePath))) return basePath;
  throw new FlowError('OPTION_INVALID', `${caller}: basePath must be such as "/ml" but is ${describeValue(basePath)}`, {
    hint: 'Begin it with "/" and end it without; leave it out for the root.',
  });
}
const FITS = /^(?:\/[\w.~-]+)+$/;

import { isFlowError, messageOf } from '../../errors/flow-error.ts';
import { placeOf } from '../../program/place-of.ts';

/** What went wrong in one line, where in the user's code if that is known, and in the last line what to do. */
export function printFailure(error: unknown): string {
  if (!isFlowError(error)) return [`flowserve: ${messageOf(error)}`, ...placeLine(error)].join('\n');
  const hint = error.hint.replace(OPTION, (name) => FLAGS[name] ?? name);
  return [`flowserve: [${error.code}] ${error.problem}`, ...placeLine(error.cause, error.problem), `  → ${hint}`].join('\n');
}

/** An error of loading has its place in the problem already. */
function placeLine(error: unknown, problem = ''): readonly string[] {
  const place = placeOf(error);
  return place === undefined || isFlowError(error) || problem.startsWith(place) ? [] : [`  at ${place}`];
}

/** What a program says by an option, and the command line by something of another name. */
const FLAGS: Readonly<Record<string, string>> = {
  adminToken: 'a token in the environment variable FLOWSERVE_ADMIN_TOKEN',
  adminHost: '--admin-host',
};
const OPTION = new RegExp(`\\b(?:${Object.keys(FLAGS).join('|')})\\b`, 'g');

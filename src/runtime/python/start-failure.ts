import type { Code } from '../../errors/codes.ts';
import { FlowError } from '../../errors/flow-error.ts';
import type { PythonImplementation } from '../../plan/stage.ts';
import { type Fault, pythonError } from './fault.ts';

interface Starting {
  readonly stage: string;
  readonly implementation: PythonImplementation;
  /** The interpreter. */
  readonly command: string;
}

/** Why a process cannot be started at all. */
export function spawnFailure({ stage, command }: Starting, cause: NodeJS.ErrnoException): FlowError {
  const what = cause.code === 'ENOENT' ? `there is no interpreter ${command}` : `${command} cannot be run: ${cause.message}`;
  return new FlowError('INTERPRETER_MISSING', `python "${stage}": ${what}`, { cause });
}

/** The error for what a process has said of why it cannot serve. */
export function startFailure(
  { stage, implementation, command }: Starting,
  { fault, message, type, traceback, path = [] }: Fault,
): FlowError {
  const module = 'file' in implementation.module ? implementation.module.file : implementation.module.name;
  const cause = traceback === undefined || traceback === '' ? undefined : pythonError({ fault, message, traceback });
  const fail = (code: Code, problem: string, hint?: string): FlowError =>
    new FlowError(code, `python "${stage}": ${problem}`, { cause, hint });
  switch (fault) {
    case 'interpreter':
      return fail('INTERPRETER_UNFIT', `${command} ${message}`);
    case 'import':
      return fail(
        'MODULE_BROKEN',
        `${module} cannot be imported by ${command}: ${message}`,
        type === 'ModuleNotFoundError'
          ? `Install what is missing with: ${command} -m pip install …; it was looked for in ${path.join(', ')}.`
          : 'Correct what it raised when it was imported; the traceback is the cause of this error.',
      );
    case 'name':
      return fail('FUNCTION_MISSING', message);
    case 'setup':
      return fail('SETUP_FAILED', `${implementation.setup ?? 'setup'} of ${module} failed: ${message}`);
    case 'raised':
    case 'output':
    case 'length':
    case 'cancelled':
      return fail('SETUP_FAILED', message);
  }
}

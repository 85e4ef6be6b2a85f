// @ts-check
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetUpError } from './set-up-error.mjs';

const execute = promisify(execFile);
const isWindows = process.platform === 'win32';

/**
 * The interpreter of a virtual environment.
 * @param {string} venv
 */
export function interpreterIn(venv) {
  return isWindows ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
}

/**
 * A Python that can make virtual environments: that of the variable PYTHON, else the first of the usual names that there is.
 * Errors: SetUpError where there is none, it is older than 3.9, or the system has left out what makes environments.
 */
export async function findPython() {
  const names = process.env.PYTHON ? [process.env.PYTHON] : isWindows ? ['python', 'py'] : ['python3', 'python'];
  for (const name of names) {
    const version = await versionOf(name);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 3 || (major === 3 && minor < 9)) {
      throw new SetUpError(`${name} is Python ${version}, and 3.9 or newer is needed: name another in the variable PYTHON`);
    }
    await checkForVenv(name, version);
    return name;
  }
  throw new SetUpError(
    `Python 3.9 or newer is needed, and there is no ${names.join(' or ')}: install it, or name it in the variable PYTHON`,
  );
}

/**
 * @param {string} python
 * @param {string} version
 */
async function checkForVenv(python, version) {
  try {
    await execute(python, ['-c', 'import venv, ensurepip']);
  } catch {
    throw new SetUpError(
      `${python} (Python ${version}) cannot make virtual environments: its modules venv and ensurepip are packed apart. On Debian and Ubuntu: apt-get install python3-venv`,
    );
  }
}

/** @param {string} python */
async function versionOf(python) {
  try {
    const { stdout } = await execute(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/**
 * Runs Python to its end. Errors: SetUpError with the problem and the last words of what it printed.
 * @param {string} python
 * @param {readonly string[]} args
 * @param {string} problem
 */
export async function runPython(python, args, problem) {
  try {
    await execute(python, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { stderr = '', message } = /** @type {Error & { stderr?: string }} */ (error);
    const isOffline = /NewConnectionError|Name or service|Temporary failure|ProxyError|ConnectTimeout|No route/i.test(stderr);
    const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING'));
    const said = lines.slice(-3).join('\n  ') || message;
    const advice = isOffline ? '. The first time needs the network' : '';
    throw new SetUpError(`${problem}${advice}:\n  ${said}`);
  }
}

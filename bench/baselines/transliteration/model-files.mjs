// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** @type {{ folder: string }} */
const { folder } = JSON.parse(readFileSync(join(root, 'examples/transliteration/set-up/files.json'), 'utf8'));

/** Where the set-up of the example has put the models. */
export const models = join(root, folder, 'models');
/** The Python with the language identifier. */
export const python = join(root, folder, 'venv', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

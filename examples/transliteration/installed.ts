import { fileURLToPath } from 'node:url';
import files from './set-up/files.json' with { type: 'json' };

/** Where set-up/set-up.mjs has put what the example needs. */
const folder = new URL(`../../${files.folder}/`, import.meta.url);

/** The folder of a language's models: encoder.onnx, decoder.onnx and vocab.json. */
export function modelsOf(language: 'arabic' | 'persian'): URL {
  return new URL(`models/${language}/`, folder);
}

/** The Python with the language identifier. */
export const interpreter = fileURLToPath(new URL(process.platform === 'win32' ? 'venv/Scripts/python.exe' : 'venv/bin/python', folder));

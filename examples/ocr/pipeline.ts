import { bytes, float64, int32, pipeline, text } from 'flowserve';
import { detect, orient, recognize } from './models.ts';
import { box, cutLines } from './stages/cut-lines.ts';
import { decode } from './stages/decode.ts';
import { detectorInput } from './stages/detector-input.ts';
import { orientationInput } from './stages/orientation-input.ts';
import { recognizerInput } from './stages/recognizer-input.ts';
import { toText } from './stages/to-text.ts';
import { turn } from './stages/turn.ts';

/** A line read with less confidence may be upside down: of 996 lines turned by hand, all but 6 were. */
const DOUBTFUL = 0.9;
/** Only then is a line taken to be upside down. PaddleOCR's value. */
const UPSIDE_DOWN = 0.9;
/** A line that is read with less is left out. PaddleOCR's value. */
const LEAST_CONFIDENCE = 0.5;

/**
 * Reads the lines of text in a photo, in reading order. A line is read once; only when the answer is doubtful is a
 * second model asked whether the line is upside down, and then it is read again the other way round.
 */
export const ocr = pipeline('ocr', { photo: bytes }, (photos) => {
  const lines = photos.map(decode).derive(detectorInput).derive(detect).flatMap(cutLines);
  const read = lines.derive(recognizerInput).derive(recognize).derive(toText).select('n', 'box', 'line', 'text', 'confidence');

  const readAgain = read
    .filter(['confidence'], ({ confidence }) => confidence < DOUBTFUL)
    .derive(orientationInput)
    .derive(orient)
    .filter(['direction'], ({ direction }) => (direction.data[1] ?? 0) > UPSIDE_DOWN)
    .map(turn)
    .map(recognizerInput)
    .map(recognize)
    .map(toText);

  return read
    .join(readAgain, { how: 'left', as: 'again' })
    .map({ n: int32, box, text, confidence: float64 }, ({ n, box, text, confidence, again }) =>
      again !== null && again.confidence > confidence ? { n, box, ...again } : { n, box, text, confidence },
    )
    .filter(['confidence'], ({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .gather(photos, (line) => ({ lines: line.collect(['text', 'confidence', 'box'], { sortBy: 'n' }) }))
    .select('lines');
});

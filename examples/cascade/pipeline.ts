import { bytes, float64, pipeline, text } from 'flowserve';
import { efficientnet, mobilenet } from './models.ts';
import { efficientnetInput } from './stages/efficientnet-input.ts';
import { mobilenetInput } from './stages/mobilenet-input.ts';
import { toLabel } from './stages/to-label.ts';

/** From this confidence on the first answer stands. The value of the published system. */
const SURE = 0.85;

/** Tells what a photo shows: by a small network, and by a larger one where the small one is unsure. */
export const cascade = pipeline('cascade', { photo: bytes }, (photos) => {
  const quick = photos.derive(mobilenetInput).derive(mobilenet).derive(toLabel);

  const careful = quick
    .filter(['confidence'], ({ confidence }) => confidence < SURE)
    .map(efficientnetInput)
    .map(efficientnet)
    .map(toLabel);

  return quick
    .join(careful, { how: 'left', as: 'second' })
    .map({ label: text, confidence: float64, model: text }, ({ label, confidence, second }) =>
      second === null ? { label, confidence, model: 'MobileNetV2' } : { ...second, model: 'EfficientNet-lite2' },
    );
});

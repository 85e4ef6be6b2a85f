import { bytes, float32, pipeline, stage, tensor, text } from 'flowserve';

const classify = stage({
  name: 'classify',
  input: { pixels: tensor('FP32', [3, 224, 224]) },
  output: { label: text, confidence: float32 },
  run: () => ({ label: 'cat', confidence: 1 }),
});

export const mistake = pipeline('mistake', { image: bytes }, (images) => images.map(classify));

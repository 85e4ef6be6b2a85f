import { nullable, pipeline, stage, tensor, text } from 'flowserve';

const classify = stage({
  name: 'classify',
  input: { pixels: tensor('FP32', [3, 224, 224]) },
  output: { label: text },
  run: () => ({ label: 'cat' }),
});

export const mistake = pipeline('mistake', { pixels: nullable(tensor('FP32', [3, 224, 224])) }, (images) => images.map(classify));

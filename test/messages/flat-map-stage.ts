import { bytes, pipeline, stage, text } from 'flowserve';

const label = stage({ name: 'label', input: { image: bytes }, output: { label: text }, run: () => ({ label: 'cat' }) });

export const mistake = pipeline('mistake', { image: bytes }, (images) => images.flatMap(label));

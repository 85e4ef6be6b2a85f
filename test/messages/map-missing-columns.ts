import { bytes, float32, pipeline, stage, text } from 'flowserve';

const name = stage({ name: 'name', input: { label: text, score: float32 }, output: { name: text }, run: ({ label }) => ({ name: label }) });

export const mistake = pipeline('mistake', { image: bytes }, (images) => images.map(name));

import { pipeline, stage, text } from 'flowserve';

const upper = stage({ name: 'upper', input: { label: text }, output: { upper: text }, run: ({ label }) => ({ upper: label }) });

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.extend(upper));

import { pipeline, stage, text } from 'flowserve';

const clean = stage({ name: 'clean', input: { label: text }, output: { label: text }, run: ({ label }) => ({ label }) });

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.derive(clean));

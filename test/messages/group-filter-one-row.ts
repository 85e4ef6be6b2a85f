import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) =>
  rows
    .groupBy('label')
    .filter(({ label }) => label !== '')
    .combine(),
);

import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) =>
  rows
    .groupBy('label')
    .filter(async (group) => group.length > 1)
    .combine(),
);

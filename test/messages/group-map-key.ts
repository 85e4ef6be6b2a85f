import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, size: int32 }, (rows) =>
  rows
    .groupBy('label')
    .map({ label: text }, (group) => group)
    .combine(),
);

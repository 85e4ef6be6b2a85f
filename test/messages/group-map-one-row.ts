import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) =>
  rows
    .groupBy('label')
    .map({ size: int32 }, (group) => ({ size: group.length }))
    .combine(),
);

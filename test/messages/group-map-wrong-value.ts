import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) =>
  rows
    .groupBy('label')
    .map({ size: int32 }, (group) => group.map(({ label }) => ({ size: label })))
    .combine(),
);

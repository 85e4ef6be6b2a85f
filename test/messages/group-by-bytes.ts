import { bytes, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, raw: bytes }, (rows) =>
  rows.groupBy('label', 'raw').agg((a) => ({ count: a.count() })),
);

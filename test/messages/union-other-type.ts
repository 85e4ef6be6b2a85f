import { float32, int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, size: int32 }, (rows) =>
  rows.union(
    rows,
    rows.map({ label: text, size: float32 }, (row) => row),
  ),
);

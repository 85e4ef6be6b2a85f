import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, size: int32 }, (rows) =>
  rows.joinOn(
    rows.map({ label: text, tag: text }, ({ label }) => ({ label, tag: label })),
    { on: 'labl' },
  ),
);

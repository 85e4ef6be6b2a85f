import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, size: int32 }, (rows) =>
  rows.joinOn(
    rows.map({ label: int32 }, () => ({ label: 1 })),
    { on: 'label' },
  ),
);

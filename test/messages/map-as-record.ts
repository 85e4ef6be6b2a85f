import { float32, pipeline, stage, text } from 'flowserve';

const pick = stage({ name: 'pick', input: { better: text }, output: { label: text }, run: ({ better }) => ({ label: better }) });

export const mistake = pipeline('mistake', { label: text, score: float32 }, (rows) =>
  rows
    .join(
      rows.filter(['score'], ({ score }) => score < 1),
      { how: 'left', as: 'better' },
    )
    .map(pick),
);

import { float64, int32, list, pipeline, text } from 'flowserve';

const columns = { id: int32, label: text, scores: list(float64) };

/** Two stages that do nothing: what is left is the cost of HTTP, JSON and checks. */
export const noOp = pipeline('no-op', columns, (rows) =>
  rows.map(columns, ({ id, label, scores }) => ({ id, label, scores })).map(columns, ({ id, label, scores }) => ({ id, label, scores })),
);

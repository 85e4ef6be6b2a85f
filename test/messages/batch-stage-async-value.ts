import { batchStage, float32, text } from 'flowserve';

export const mistake = batchStage({
  name: 'score',
  input: { label: text },
  output: { score: float32 },
  run: async (rows) => rows.map(({ label }) => ({ score: label })),
});

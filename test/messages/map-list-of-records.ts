import { float32, list, nullable, pipeline, record, stage, text } from 'flowserve';

const grade = stage({
  name: 'grade',
  input: { lines: list(record({ score: float32 })) },
  output: { grade: text },
  run: () => ({ grade: 'A' }),
});

export const mistake = pipeline('mistake', { lines: list(record({ score: nullable(float32) })) }, (rows) => rows.map(grade));

import { float32, nullable, pipeline, record, stage, text } from 'flowserve';

const grade = stage({ name: 'grade', input: { best: text }, output: { grade: text }, run: () => ({ grade: 'A' }) });

export const mistake = pipeline('mistake', { best: nullable(record({ score: float32 })) }, (rows) => rows.map(grade));

import { float32, int32, pipeline, record, stage, text } from 'flowserve';

const grade = stage({ name: 'grade', input: { best: record({ score: float32 }) }, output: { grade: text }, run: () => ({ grade: 'A' }) });

export const mistake = pipeline('mistake', { best: record({ points: int32 }) }, (rows) => rows.map(grade));

import { float32, int32, pipeline, stage, text } from 'flowserve';

const grade = stage({ name: 'grade', input: { score: float32 }, output: { grade: text }, run: () => ({ grade: 'A' }) });

export const mistake = pipeline('mistake', { score: int32 }, (rows) => rows.map(grade));

import { float32, int32, list, pipeline, stage, text } from 'flowserve';

const grade = stage({ name: 'grade', input: { scores: list(float32) }, output: { grade: text }, run: () => ({ grade: 'A' }) });

export const mistake = pipeline('mistake', { scores: list(int32) }, (rows) => rows.map(grade));

import { float32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, score: float32 }, (rows) => rows.rename({ label: 'x', score: 'x' }));

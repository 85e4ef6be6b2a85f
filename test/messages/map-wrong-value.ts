import { float32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { score: float32 }, (rows) => rows.map({ label: text }, ({ score }) => ({ label: score })));

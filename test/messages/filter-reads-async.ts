import { float32, pipeline } from 'flowserve';

export const mistake = pipeline('mistake', { score: float32 }, (rows) => rows.filter(['score'], async ({ score }) => score > 1));

import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text, place: text }, (rows) => rows.groupBy('labl').agg((a) => ({ count: a.count() })));

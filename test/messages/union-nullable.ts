import { nullable, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.union(rows.map({ label: nullable(text) }, (row) => row)));

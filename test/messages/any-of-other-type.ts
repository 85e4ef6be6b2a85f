import { int32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.anyOf(rows.map({ label: int32 }, () => ({ label: 1 }))));

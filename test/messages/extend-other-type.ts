import { int32, pipeline, text } from 'flowserve';

const inner = pipeline('inner', { label: text }, (rows) => rows.map({ upper: text }, ({ label }) => ({ upper: label.toUpperCase() })));

export const mistake = pipeline('mistake', { label: int32 }, (rows) => rows.extend(inner));

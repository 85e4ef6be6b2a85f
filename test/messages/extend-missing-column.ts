import { int32, pipeline, text } from 'flowserve';

const inner = pipeline('inner', { label: text }, (rows) => rows.map({ upper: text }, ({ label }) => ({ upper: label.toUpperCase() })));

export const mistake = pipeline('mistake', { size: int32 }, (rows) => rows.extend(inner));

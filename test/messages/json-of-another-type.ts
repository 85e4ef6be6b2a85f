import type { StandardSchemaV1 } from '@standard-schema/spec';
import { json, pipeline, stage, text } from 'flowserve';

const anything = <T>(): StandardSchemaV1<unknown, T> => ({
  '~standard': { version: 1, vendor: 'example', validate: (value) => ({ value: value as T }) },
});
const count = stage({ name: 'count', input: { tags: json(anything<string[]>()) }, output: { label: text }, run: () => ({ label: 'a' }) });

export const mistake = pipeline('mistake', { tags: json(anything<number>()) }, (rows) => rows.map(count));

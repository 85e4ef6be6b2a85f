import { bytes, int32, pipeline, stage } from 'flowserve';

export const size = pipeline('size', { file: bytes }, (files) => files.map({ length: int32 }, ({ file }) => ({ length: file.length })));

const onThread = stage({ name: 'double', input: { n: int32 }, output: { n: int32 }, runsOn: 'thread', run: ({ n }) => ({ n: 2 * n }) });
export const double = pipeline('double', { n: int32 }, (rows) => rows.map(onThread));

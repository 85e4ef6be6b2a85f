import { int32, pipeline } from 'flowserve';
import { python } from 'flowserve/python';

const count = { n: int32 };
const answer = python({
  name: 'answer',
  module: new URL('./batching.py', import.meta.url),
  function: 'answer',
  input: count,
  output: count,
  replicas: 1,
  maxBatch: 32,
});

export const answered = pipeline('answered', count, (rows) => rows.map(answer));

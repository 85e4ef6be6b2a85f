import { pipeline } from '../../src/pipeline.ts';
import { bytes, float32, int32, list, nullable, record, tensor, text } from '../../src/schema/column.ts';
import { arrayOf, type Datatype } from '../../src/schema/tensor.ts';

const sixteen = tensor('INT32', [16]);

/** The model of the stock examples: sums and differences. */
export const simple = pipeline('simple', { INPUT0: sixteen, INPUT1: sixteen }, (rows) =>
  rows.map({ OUTPUT0: sixteen, OUTPUT1: sixteen }, ({ INPUT0, INPUT1 }) => ({
    OUTPUT0: { ...INPUT0, data: INPUT0.data.map((left, i) => left + (INPUT1.data[i] ?? 0)) },
    OUTPUT1: { ...INPUT0, data: INPUT0.data.map((left, i) => left - (INPUT1.data[i] ?? 0)) },
  })),
);

const words = tensor('BYTES', [16]);

/** The same of numbers written as text. */
export const simpleString = pipeline('simple_string', { INPUT0: words, INPUT1: words }, (rows) =>
  rows.map({ OUTPUT0: words, OUTPUT1: words }, ({ INPUT0, INPUT1 }) => {
    const combine = (of: (left: number, right: number) => number) => ({
      ...INPUT0,
      data: INPUT0.data.map((left, i) => Buffer.from(String(of(Number(Buffer.from(left)), Number(Buffer.from(INPUT1.data[i] ?? left)))))),
    });
    return { OUTPUT0: combine((left, right) => left + right), OUTPUT1: combine((left, right) => left - right) };
  }),
);

const datatypes = [...Object.keys(arrayOf), 'BYTES'] as readonly Datatype[];

/** A pipeline for each datatype, such as identity_fp32, that gives a tensor of any shape [-1, 2] back. */
export const identities = datatypes.map((datatype) => {
  const column = { x: tensor(datatype, [-1, 2]) };
  return pipeline(`identity_${datatype.toLowerCase()}`, column, (rows) => rows.filter(() => true));
});

/** Columns that are no tensors by themselves. */
export const columns = pipeline(
  'columns',
  { name: text, raw: bytes, score: float32, tags: list(text), box: record({ left: int32 }), maybe: nullable(int32) },
  (rows) => rows.filter(['score'], ({ score }) => score >= 0),
);

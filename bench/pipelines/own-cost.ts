import { bytes, float64, int32, pipeline, stage, text } from 'flowserve';

const count = { n: int32 };

/** As many stages in a row as it says, each of its own. */
const chain = (name: string, stages: number) =>
  pipeline(name, count, (rows) => {
    let flow = rows;
    for (let i = 0; i < stages; i++)
      flow = flow.map(stage({ name: `increment ${i}`, input: count, output: count, run: ({ n }) => ({ n: n + 1 }) }));
    return flow;
  });

export const one = chain('one', 1);
export const ten = chain('ten', 10);
export const twenty = chain('twenty', 20);

export const cascade = pipeline('cascade', { id: int32, score: float64 }, (rows) => {
  const judged = rows.derive({ label: text, confidence: float64 }, ({ id, score }) => ({
    label: id % 2 === 0 ? 'even' : 'odd',
    confidence: score,
  }));
  const better = judged.filter(['confidence'], ({ confidence }) => confidence < 0.85).map({ name: text }, ({ label }) => ({ name: label }));
  return judged.join(better, { how: 'left', as: 'better' });
});

export const measure = pipeline('measure', { photo: bytes }, (rows) =>
  rows.derive({ size: int32 }, ({ photo }) => ({ size: photo.length })),
);

import { float32, pipeline } from 'flowserve';

export const mistake = pipeline('mistake', { score: float32 }, (rows) => {
  const halves = rows.flatMap({ half: float32 }, ({ score }) => [{ half: score / 2 }]);
  return halves.gather(rows, (a) => ({ halves: a.collect(['hafl']) }));
});

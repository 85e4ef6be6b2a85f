import { float32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => {
  const lines = pages.flatMap({ line: text, score: float32, sure: float32 }, () => []);
  return lines.gather(pages, (a) => ({ total: a.sum('scor') }));
});

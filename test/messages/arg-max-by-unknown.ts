import { bool, float32, pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => {
  const lines = pages.flatMap({ line: text, score: float32, isLast: bool }, () => []);
  return lines.gather(pages, (a) => ({ best: a.argMax('line', { by: 'scor' }) }));
});

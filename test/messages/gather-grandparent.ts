import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => {
  const lines = pages.flatMap({ line: text }, ({ page }) => page.split('\n').map((line) => ({ line })));
  const words = lines.flatMap({ word: text }, ({ line }) => line.split(' ').map((word) => ({ word })));
  return words.gather(pages, (a) => ({ words: a.collect('word') }));
});

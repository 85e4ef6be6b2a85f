import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => {
  const words = pages.flatMap({ word: text }, ({ page }) => page.split(' ').map((word) => ({ word })));
  return words.gather(pages, (a) => ({ total: a.sum('word') }));
});

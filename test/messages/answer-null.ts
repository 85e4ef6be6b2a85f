import { pipeline, text } from 'flowserve';

const words = pipeline('words', { page: text }, (pages) => {
  const short = pages.filter(({ page }) => page.length < 10).rename({ page: 'short' });
  return pages.join(short, { how: 'left' });
});

export const mistake = words.run([{ page: 'a' }]).then((rows) => rows.map(({ short }) => short.length));

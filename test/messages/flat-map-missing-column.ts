import { expander, pipeline, text } from 'flowserve';

const split = expander({
  name: 'split',
  input: { page: text },
  output: { word: text },
  run: ({ page }) => page.split(' ').map((word) => ({ word })),
});

export const mistake = pipeline('mistake', { text: text }, (rows) => rows.flatMap(split));

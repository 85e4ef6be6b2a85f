import { stage, text } from 'flowserve';

export const mistake = stage({
  name: 'words',
  input: { page: text },
  output: { word: text },
  *run({ page }) {
    yield { word: page };
  },
});

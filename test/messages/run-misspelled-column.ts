import { pipeline, text } from 'flowserve';

const words = pipeline('words', { page: text }, (pages) => pages);

export const mistake = words.run([{ pag: 'a' }]);

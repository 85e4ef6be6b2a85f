import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => pages, { warmUp: [{ page: 7 }] });

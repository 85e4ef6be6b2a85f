import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, async (pages) => pages);

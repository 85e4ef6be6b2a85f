import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => pages.flatMap({ word: text }, ({ page }) => ({ word: page })));

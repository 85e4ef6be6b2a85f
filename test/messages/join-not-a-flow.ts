import { pipeline, stage, text } from 'flowserve';

const clean = stage({ name: 'clean', input: { page: text }, output: { clean: text }, run: ({ page }) => ({ clean: page }) });

export const mistake = pipeline('mistake', { page: text }, (pages) => pages.join(clean));

import { stage, text } from 'flowserve';

export const mistake = stage({ name: 'label', input: { page: text }, output: { label: text }, run: ({ page }) => ({ labl: page }) });

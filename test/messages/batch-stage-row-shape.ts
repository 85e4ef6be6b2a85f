import { batchStage, text } from 'flowserve';

export const mistake = batchStage({ name: 'label', input: { page: text }, output: { label: text }, run: ({ page }) => ({ label: page }) });

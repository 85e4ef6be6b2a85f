import { stage, text } from 'flowserve';

export const mistake = stage({ name: 'label', input: { page: text }, output: { label: text }, maxbatch: 3, run: () => ({ label: 'cat' }) });

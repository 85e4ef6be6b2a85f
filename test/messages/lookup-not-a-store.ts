import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.lookup('prices', { key: 'label', as: 'price' }));

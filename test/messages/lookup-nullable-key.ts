import { float32, nullable, pipeline, store, text } from 'flowserve';

const prices = store('prices', { key: text, value: float32 });

export const mistake = pipeline('mistake', { label: nullable(text) }, (rows) => rows.lookup(prices, { key: 'label', as: 'price' }));

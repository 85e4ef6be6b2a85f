import { float32, int32, pipeline, store, text } from 'flowserve';

const prices = store('prices', { key: text, value: float32 });

export const mistake = pipeline('mistake', { label: text, size: int32 }, (rows) => rows.lookup(prices, { key: 'size', as: 'price' }));

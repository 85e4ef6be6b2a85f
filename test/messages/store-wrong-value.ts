import { float32, store, text } from 'flowserve';

export const mistake = await store('prices', { key: text, value: float32 }).put('a', null);

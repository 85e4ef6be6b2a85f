import { float32, store, text } from 'flowserve';

export const mistake = store('prices', { key: text, value: float32, entries: [['a', 'one']] });

import { bytes, store, text } from 'flowserve';

export const mistake = store('prices', { key: bytes, value: text });

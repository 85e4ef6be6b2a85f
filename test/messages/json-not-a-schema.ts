import { json } from 'flowserve';

export const mistake = json({ type: 'object' });

import { pipeline } from 'flowserve';

export const mistake = pipeline('mistake', { page: 'text' }, (pages) => pages);

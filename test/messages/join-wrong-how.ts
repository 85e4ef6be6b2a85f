import { pipeline, text } from 'flowserve';

export const mistake = pipeline('mistake', { page: text }, (pages) => pages.join(pages.rename({ page: 'copy' }), { how: 'right' }));

import { pipeline, text } from 'flowserve';

const words = pipeline('words', { page: text }, (pages) => pages.rename({ page: 'label' }));

export const mistake = words.run([{ page: 'a' }]).then(([first]) => first?.labl);

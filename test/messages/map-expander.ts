import { bytes, expander, pipeline } from 'flowserve';

const crops = expander({ name: 'crops', input: { image: bytes }, output: { crop: bytes }, run: ({ image }) => [{ crop: image }] });

export const mistake = pipeline('mistake', { image: bytes }, (images) => images.map(crops));

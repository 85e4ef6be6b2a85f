import { tensor } from 'flowserve';

export const mistake = tensor('FLOAT', [3, 224, 224]);

import { bytes, pipeline } from 'flowserve';

export const mistake = pipeline('mistake', { raw: bytes }, (rows) => rows.joinOn(rows, { on: 'raw' }));

import { bytes, pipeline } from 'flowserve';

/** What the remote stage of the benchmark of stages calls. */
export const echo = pipeline('echo', { photo: bytes }, (rows) => rows.map({ photo: bytes }, (row) => row));

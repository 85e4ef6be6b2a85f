import { pipeline, tensor } from 'flowserve';

const columns = { x: tensor('FP32', [-1]) };

/** Gives a tensor back through one stage: what is left is the cost of HTTP and of the protocol. */
export const echo = pipeline('echo', columns, (rows) => rows.map(columns, ({ x }) => ({ x })));

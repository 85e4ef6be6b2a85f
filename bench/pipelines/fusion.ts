import { bytes, pipeline, stage } from 'flowserve';

const columns = { photo: bytes };

const pass = (name: string, runsOn: 'thread' | 'loop') => stage({ name, input: columns, output: columns, runsOn, run: (row) => row });

/** Stages that only pass a column on, on one thread. */
const fused = (stages: number) =>
  pipeline(`fused-${stages}`, columns, (rows) => {
    let flow = rows;
    for (let i = 0; i < stages; i++) flow = flow.map(pass(`stage ${i}`, 'thread'));
    return flow;
  });

/** As many stages on threads with one on the event loop between each two of them, so that none can be fused. */
const apart = (stages: number) =>
  pipeline(`apart-${stages}`, columns, (rows) => {
    let flow = rows.map(pass('stage 0', 'thread'));
    for (let i = 1; i < stages; i++) flow = flow.map(pass(`between ${i}`, 'loop')).map(pass(`stage ${i}`, 'thread'));
    return flow;
  });

export const fused1 = fused(1);
export const fused2 = fused(2);
export const fused5 = fused(5);
export const fused10 = fused(10);
export const apart1 = apart(1);
export const apart2 = apart(2);
export const apart3 = apart(3);
export const apart5 = apart(5);
export const apart10 = apart(10);

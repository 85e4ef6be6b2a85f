// @ts-check
import { contestOfServers } from '../harness/contest-of-servers.mjs';

/** @param {import('../harness/contest-of-servers.mjs').Costs} figures */
export function plot(figures) {
  return contestOfServers('A pipeline that does nothing, over HTTP, against node:http by hand', figures, { cpu: 1.25, throughput: 0.8 });
}

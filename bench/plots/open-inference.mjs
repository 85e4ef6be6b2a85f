// @ts-check
import { contestOfServers } from '../harness/contest-of-servers.mjs';

/** @param {import('../harness/contest-of-servers.mjs').Costs} figures */
export function plot(figures) {
  return contestOfServers('A tensor given back by the Open Inference Protocol, against node:http by hand', figures, { throughput: 0.8 });
}

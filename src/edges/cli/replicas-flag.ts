import { InvalidArgumentError } from 'commander';
import type { ReplicasByStage } from '../../optimizer/scale-of.ts';

/** Adds the stage of one `--replicas NAME=MIN..MAX`, or `NAME=NUMBER`, to those of the flags before it. */
export function addReplicas(text: string, others: ReplicasByStage = {}): ReplicasByStage {
  const [, name = '', least = '', most = least] = /^([^=]+)=(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const bounds = { min: Number(least), max: Number(most) };
  if (name !== '' && bounds.min >= 1 && bounds.max >= bounds.min) return { ...others, [name]: bounds };
  throw new InvalidArgumentError('Write the name of a stage and how many replicas it has, at least 1, such as detect=2 or detect=1..8.');
}

import { describe, expect, it } from 'vitest';
import { deploy } from '../../src/deploy.ts';
import { programFile } from './command-line.ts';
import { careless, scaled } from './programs/careless.ts';

const module = new URL(`file://${programFile('careless.ts')}`);
const white = { pixels: { datatype: 'FP32', shape: [1], data: Float32Array.of(255) } } as const;

describe('a deployment with the option freezeRows', () => {
  it('fails a stage that changes its row', async () => {
    await using deployment = await deploy(careless, { freezeRows: true });
    await expect(deployment.run([{ n: 1 }])).rejects.toThrow('stage "clean" changed a row that it was given');
  });

  it('freezes the rows that it was given themselves', async () => {
    await using deployment = await deploy(careless, { freezeRows: true });
    const row = { n: 1 };
    await deployment.run([row]).catch(() => {});
    expect(Object.isFrozen(row)).toBe(true);
  });

  it('fails a stage that changes a tensor in place, on a thread', async () => {
    await using deployment = await deploy(scaled, { module, workers: 1, freezeRows: true });
    await expect(deployment.run([white])).rejects.toThrow(
      'stage "scale" changed a row that it was given: column "pixels" holds other bytes',
    );
  });
});

describe('a deployment without it', () => {
  it('leaves stages to themselves', async () => {
    await using deployment = await deploy(careless);
    expect(await deployment.run([{ n: 1 }])).toEqual([{ n: 0 }]);
  });
});

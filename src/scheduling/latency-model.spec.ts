import { describe, expect, it } from 'vitest';
import { logNormal, seededRandom } from '../simulator/random.ts';
import { LatencyModel } from './latency-model.ts';

/** A model that has seen calls of these sizes. */
function modelOf(costMs: (rows: number) => number, sizes: readonly number[], times = 10, model = new LatencyModel()): LatencyModel {
  for (let i = 0; i < times; i++) for (const rows of sizes) model.learn(rows, costMs(rows));
  return model;
}

const all = Array.from({ length: 32 }, (_, i) => i + 1);

describe('a latency model', () => {
  it('expects nothing before it knows anything', () => {
    expect(new LatencyModel().expectedMs(8)).toBe(0);
  });

  it('knows a straight line from a few sizes of it', () => {
    const model = modelOf((rows) => 20 + 2 * rows, [1, 2, 4, 8, 16, 32]);
    for (const rows of all) expect(Math.abs(model.rememberedMs(rows) / (20 + 2 * rows) - 1)).toBeLessThan(0.01);
  });

  it('knows the steps of an accelerator once it has seen the sizes beside them', () => {
    const model = modelOf((rows) => 10 * Math.ceil(rows / 8), all, 40);
    expect([8, 9, 16, 17].map((rows) => Math.round(model.expectedMs(rows) / 10))).toEqual([1, 2, 2, 3]);
  });

  it('knows of a network that grows slower with each row that a row alone costs least', () => {
    const model = modelOf((rows) => 5 * rows ** 1.2, [1, 2, 4, 8, 16, 32]);
    const perRow = [1, 2, 4, 8, 16, 32].map((rows) => model.expectedMs(rows) / rows);
    expect(perRow).toEqual(perRow.toSorted((a, b) => a - b));
  });

  it('thinks well of sizes that it has not seen, up to four times the largest', () => {
    const model = modelOf((rows) => 10 * rows, [1, 2]);
    expect(model.horizon).toBe(8);
    expect(model.expectedMs(4) / 4).toBeLessThan(10);
    expect(model.rememberedMs(4)).toBe(40);
  });

  it('follows a change', () => {
    const model = modelOf(() => 10, [4]);
    modelOf(() => 30, [4], 200, model);
    expect(model.expectedMs(4)).toBeGreaterThan(29);
    modelOf(() => 10, [4], 200, model);
    expect(model.expectedMs(4)).toBeLessThan(11);
  });

  it('does not take a pause for news', () => {
    const model = modelOf(() => 10, [4], 40);
    model.learn(4, 5000);
    expect(model.expectedMs(4)).toBeLessThan(11);
  });

  it('forgets a first call that was slow', () => {
    const model = modelOf(() => 500, [1], 1);
    modelOf(() => 5, [1], 3, model);
    expect(model.rememberedMs(1)).toBe(5);
  });

  it('thinks well again of a size that was bad long ago, so that it is tried', () => {
    const model = modelOf((rows) => rows ** 2, [1, 8]);
    expect(model.expectedMs(8)).toBe(64);
    modelOf(() => 1, [1], 70_000, model);
    expect(model.expectedMs(8)).toBeLessThan(8);
    expect(model.rememberedMs(8)).toBeGreaterThan(50);
  });

  it('knows of calls that differ what they take on average, of sizes that it has seen seldom, too', () => {
    const random = seededRandom(5);
    const drawMs = (rows: number): number => (10 + 2 * rows) * logNormal(random, -(0.3 ** 2) / 2, 0.3);
    const model = modelOf(drawMs, [1, 2, 3, 4, 6, 8], 100);
    modelOf(drawMs, [16, 32], 2, model);
    for (const rows of [1, 4, 8, 16, 32]) expect(Math.abs(model.rememberedMs(rows) / (10 + 2 * rows) - 1)).toBeLessThan(0.1);
  });

  it('thinks well of a size whose few calls were slow where calls differ', () => {
    const random = seededRandom(5);
    const model = modelOf((rows) => (10 + rows) * logNormal(random, 0, 0.3), [1, 2, 4], 40);
    model.learn(8, 36);
    expect(model.expectedMs(8)).toBeLessThan(27);
  });

  it('says the least that a call takes, which is further from its mean where calls differ', () => {
    expect(modelOf(() => 10, [4]).leastMs(4)).toBe(10);
    let call = 0;
    expect(modelOf(() => (call++ % 2 === 0 ? 8 : 12), [4], 40).leastMs(4)).toBeLessThan(8);
  });
});

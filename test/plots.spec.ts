import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

// JavaScript, as all that `npm run bench` runs.
const { draw }: { draw: (figure: object) => string } = await import(new URL('../bench/harness/plot.mjs', import.meta.url).href);

const latency = {
  kind: 'lines',
  x: { name: 'load (of capacity)' },
  y: { name: 'latency (ms)', log: true },
  lines: [
    { name: 'adaptive', points: [0.2, 0.6, 1].map((x) => ({ x, y: 10 * x, low: 9 * x, high: 11 * x })) },
    { name: 'size < 8 & wait', points: [0.2, 0.6, 1].map((x) => ({ x, y: 20 * x })), isDashed: true },
  ],
  marks: [{ name: 'target', at: 15 }],
};
const queue = { ...latency, y: { name: 'queue (requests)' }, lines: [{ name: 'adaptive', points: points(200), isStepped: true }] };
const ratios = {
  kind: 'bars',
  value: { name: 'CPU ÷ by hand' },
  groups: ['one row', '64 rows'],
  bars: [{ name: 'flowserve', values: [{ median: 1.1, low: 1, high: 1.2 }, undefined] }],
  marks: [{ name: 'bar', at: 1.25 }],
};
const figure = { title: 'A title', panels: [latency, queue, ratios] };

describe('draw', () => {
  it('gives SVG that others can read, 900 wide and at least 500 high', async () => {
    for (const panels of [[latency], [ratios], [latency, queue]]) {
      const { format, width, height } = await sharp(Buffer.from(draw({ title: 'A title', panels }))).metadata();
      expect([format, width]).toEqual(['svg', 900]);
      expect(height).toBeGreaterThanOrEqual(500);
    }
  });

  it('shows the title, every series by its name, every axis with its unit, every group and every mark', () => {
    const shown = textsOf(draw(figure));
    for (const text of ['A title', 'adaptive', 'size < 8 & wait', 'flowserve', 'load (of capacity)', 'latency (ms)', 'queue (requests)']) {
      expect(shown).toContain(text);
    }
    for (const text of ['CPU ÷ by hand', 'one row', '64 rows', 'target', 'bar']) expect(shown).toContain(text);
  });

  it('names the x axis once where panels below each other share it', () => {
    const shown = textsOf(draw({ ...figure, panels: [latency, queue] }));
    expect(shown.filter((text) => text === 'load (of capacity)')).toHaveLength(1);
  });

  it('gives the same bytes for the same figure', () => {
    expect(draw(figure)).toBe(draw(figure));
  });

  it('draws an interval where it is known, and none where it is not', () => {
    const { lines: [known, unknown] = [] } = latency;
    const strokes = (line: unknown) => draw({ title: '', panels: [{ ...latency, lines: [line], marks: [] }] }).match(/<path/g)?.length ?? 0;
    expect(strokes(known) - strokes(unknown)).toBe(3 * 3);
  });

  it('has room for many panels and for many names', () => {
    const lines = points(12).map(({ x }) => ({ name: `a series with a long name, number ${x}`, points: points(3) }));
    const svg = draw({ title: 'Many', columns: 2, panels: new Array(8).fill({ ...latency, lines }) });
    expect(textsOf(svg)).toContain('a series with a long name, number 11');
  });
});

function points(count: number) {
  return Array.from({ length: count }, (_, x) => ({ x, y: x + 1 }));
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
}

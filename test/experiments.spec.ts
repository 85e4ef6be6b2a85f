import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const bench = new URL('../bench/', import.meta.url);
const results = new URL('results/', bench);

// JavaScript, as all that `npm run bench` runs.
const { draw }: { draw: (figure: object) => string } = await import(new URL('harness/plot.mjs', bench).href);
const { withResults }: { withResults: (document: string) => string } = await import(
  new URL('harness/experiments-document.mjs', bench).href
);
const { experiments }: { experiments: readonly { readonly name: string }[] } = await import(new URL('harness/experiments.mjs', bench).href);

const document = readFileSync(new URL('../docs/experiments.md', import.meta.url), 'utf8');
const names = experiments.map(({ name }) => name);
const drawn = names.filter((name) => [`results/${name}.json`, `plots/${name}.mjs`].every((file) => existsSync(new URL(file, bench))));

describe('docs/experiments.md', () => {
  it('is what `node bench/write-experiments.mjs` writes', () => {
    expect(document).toBe(withResults(document));
  });

  it('has an entry for every benchmark and every result', () => {
    const others = ['plot', 'write-experiments'];
    const files = [...readdirSync(bench), ...readdirSync(results)].filter((file) => /\.(mjs|json)$/.test(file) && file !== 'tsconfig.json');
    const known = new Set([...names, ...others]);
    expect(files.map((file) => file.replace(/\.\w+$/, '')).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(drawn)('shows %s as `node bench/plot.mjs` draws it', async (name) => {
    const { plot }: { plot: (figures: unknown) => object } = await import(new URL(`plots/${name}.mjs`, bench).href);
    const { figures } = JSON.parse(readFileSync(new URL(`${name}.json`, results), 'utf8'));
    expect(readFileSync(new URL(`${name}.svg`, results), 'utf8') === draw(plot(figures))).toBe(true);
    expect(document).toContain(`../bench/results/${name}.svg`);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Code, codes } from './codes.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const document = read('../../docs/errors.md');

/** The headings of the document: a group, or a code with what stands below it. */
const sections = document.split(/^(?=###? )/m).slice(1);
const entries = sections
  .filter((section) => section.startsWith('### '))
  .map((section) => {
    const [, code = '', facts = '', text = ''] = /^### (\w+)\n\n(.*)\n\n([\s\S]*)$/.exec(section) ?? [];
    return { code, facts, text };
  });

describe('docs/errors.md', () => {
  it('has an entry for each code and no other, in the order of the table', () => {
    expect(entries.map(({ code }) => code)).toEqual(Object.keys(codes));
  });

  it('groups them as the table does', () => {
    const table = read('./codes.ts').matchAll(/^ {2}(?:\/\/ (.+)\.|([A-Z_]+): \{)/gm);
    const headings = sections.map((section) => section.split('\n', 1)[0]);
    expect(headings).toEqual([...table].map(([, group, code]) => (group === undefined ? `### ${code}` : `## ${group}`)));
  });

  it.each(entries)('says the status of $code and whether a retry may help', ({ code, facts }) => {
    const { http, retry } = codes[code as Code];
    expect(facts).toBe(`HTTP ${http} · retry: ${retry ? 'may help' : 'does not help'}`);
  });

  it.each(entries)('says of $code what it means, when it comes and what to do', ({ text }) => {
    expect(text).toMatch(/^[A-Z`][\s\S]+\.\n\n- When: .+\.\n- Do: .+\.\n*$/);
  });
});

describe('codes', () => {
  it('have a status that clients know, and a hint that is a sentence', () => {
    for (const [code, { http, hint }] of Object.entries(codes)) {
      expect(http, code).toBeGreaterThanOrEqual(400);
      expect(http, code).toBeLessThan(600);
      expect(hint, code).toMatch(/^[A-Z].*\.$/);
    }
  });
});

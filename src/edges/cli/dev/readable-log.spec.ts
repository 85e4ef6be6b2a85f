import { describe, expect, it } from 'vitest';
import { readable, readableLog } from './readable-log.ts';

const answered = { level: 20, method: 'POST', path: '/pipelines/triage/run', status: 200, tookMs: 12, rows: 3, msg: 'answered' };

describe('a line of the log of development', () => {
  it.each<readonly [string, Parameters<typeof readable>[0], string]>([
    ['an answer', answered, 'POST triage 200 12 ms 3 rows'],
    ['one row', { ...answered, rows: 1 }, 'POST triage 200 12 ms 1 row'],
    ['another route', { level: 20, method: 'GET', path: '/pipelines', status: 200, tookMs: 0 }, 'GET /pipelines 200 0 ms'],
    [
      'a refusal',
      { level: 30, method: 'POST', path: '/pipelines/triage/run', status: 400, tookMs: 1, code: 'ROW_INVALID', msg: 'row 0: …' },
      'POST triage 400 1 ms ROW_INVALID: row 0: …',
    ],
    [
      'a failure and its place',
      {
        ...answered,
        status: 500,
        code: 'STAGE_FAILED',
        msg: 'stage "a" failed',
        err: { stack: 'Error: no\n    at run (/home/me/a.ts:3:7)' },
      },
      'POST triage 500 12 ms 3 rows STAGE_FAILED: stage "a" failed\n  at /home/me/a.ts:3:7',
    ],
    ['what is about no request', { level: 50, msg: 'a worker ended' }, 'error: a worker ended'],
  ])('is text: %s', (_, line, text) => expect(readable(line)).toBe(text));

  it('is printed as it comes', () => {
    const lines: string[] = [];
    readableLog((line) => lines.push(line)).warn('careful');
    expect(lines).toEqual(['careful']);
  });
});

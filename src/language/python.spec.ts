import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StageSpec } from '../plan/stage.ts';
import { text } from '../schema/column.ts';
import { python } from './python.ts';

const untyped = python as unknown as (definition: unknown) => StageSpec;
const definition = { name: 'language', module: './lang.py', function: 'detect', input: { text }, output: { language: text } };
const refused = (code: string, problem: string) => expect.objectContaining({ code, problem: `python "language": ${problem}` });
const moduleOf = (module: unknown): unknown => {
  const { implementation } = untyped({ ...definition, module });
  return implementation.kind === 'python' && implementation.module;
};

describe('a function in Python', () => {
  it('is a stage on the event loop, which only moves its bytes', () => {
    expect(untyped(definition)).toMatchObject({
      kind: 'stage',
      name: 'language',
      runsOn: 'loop',
      maxBatch: 32,
      setup: undefined,
      implementation: { kind: 'python', module: { file: resolve('lang.py') }, function: 'detect', setup: null, interpreter: null, env: {} },
    });
  });

  it('is in a file, by its URL or its path, or in a module that has a name', () => {
    const file = resolve('my models/lang.py');
    const files = [file, 'my models/lang.py', pathToFileURL(file), pathToFileURL(file).href];
    expect(files.map(moduleOf)).toEqual([{ file }, { file }, { file }, { file }]);
    expect(['lang', 'models.lang_2'].map(moduleOf)).toEqual([{ name: 'lang' }, { name: 'models.lang_2' }]);
  });

  it('keeps its options', () => {
    const options = { maxBatch: 4, timeoutMs: 100, effects: true };
    const own = { setup: 'load', interpreter: '.venv/bin/python', replicas: 2, memoryLimitMb: 512, env: { OMP_NUM_THREADS: '1' } };
    expect(untyped({ ...definition, ...options, ...own, runsOn: 'loop' })).toMatchObject({
      ...options,
      implementation: own,
      setup: undefined,
    });
  });
});

describe('a definition', () => {
  it.each<[object, string, string]>([
    [{ input: {} }, 'COLUMN_INVALID', 'input: a function in Python has at least one column here'],
    [{ output: {} }, 'COLUMN_INVALID', 'output: a function in Python has at least one column here'],
    [{ module: undefined }, 'STAGE_INVALID', "module must be a file that ends in .py, or a module's dotted name, but is undefined"],
    [{ module: './lang' }, 'STAGE_INVALID', 'module must be a file that ends in .py, or a module\'s dotted name, but is "./lang"'],
    [
      { module: new URL('file:///app/models') },
      'STAGE_INVALID',
      'module must be a file that ends in .py, or a module\'s dotted name, but is "file:///app/models"',
    ],
    [{ function: () => 3 }, 'STAGE_INVALID', 'function must be the name of a function in its module but is a function'],
    [{ function: 'lang.detect' }, 'STAGE_INVALID', 'function must be the name of a function in its module but is "lang.detect"'],
    [{ setup: () => 3 }, 'STAGE_INVALID', 'setup must be the name of a function in its module but is a function'],
    [{ runsOn: 'thread' }, 'OPTION_INVALID', 'a function in Python runs in a process of its own, never on a worker thread'],
    [{ teardown: () => 3 }, 'OPTION_INVALID', 'there is no option "teardown"'],
    [{ interpreter: 3 }, 'OPTION_INVALID', 'interpreter must be a path or a command but is the number 3'],
    [{ replicas: 0 }, 'OPTION_INVALID', 'replicas must be a whole number of at least 1, or { min, max } of such but is the number 0'],
    [{ memoryLimitMb: '1' }, 'OPTION_INVALID', 'memoryLimitMb must be a whole number of at least 1 but is "1"'],
    [{ env: ['A=1'] }, 'OPTION_INVALID', 'env must be an object of strings but is an array of 1'],
    [{ env: { A: 1 } }, 'OPTION_INVALID', 'env.A must be a string but is the number 1'],
  ])('with %o is refused', (fields, code, problem) => {
    expect(() => untyped({ ...definition, ...fields })).toThrow(refused(code, problem));
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaAndRow } from '../../../test/support/column-samples.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { plainPython, pythonWithNumPy } from '../../../test/support/python/environment.ts';
import { functions, pythonStage, says, texts } from '../../../test/support/python/stages.ts';
import { inSinglePrecision } from '../../../test/support/single-precision.ts';
import { FlowError } from '../../errors/flow-error.ts';
import { bool, bytes, float32, int32, int64, json, list, nullable, record, schemaOf, tensor, text } from '../../schema/column.ts';
import { RequestScope } from '../request-scope.ts';

function pythonFile(name: string, code: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'flowserve-')), name);
  writeFileSync(file, code);
  return file;
}

const interpreters = [
  ['with NumPy', await pythonWithNumPy()],
  ['without NumPy', await plainPython()],
] as const;

const anything = json({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } });
const pixels = (...numbers: readonly number[]) => ({ datatype: 'FP32', shape: [numbers.length], data: Float32Array.from(numbers) });

describe.each(interpreters)('a stage in Python %s', (has, interpreter) => {
  it('gives rows of any schema back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(schemaAndRow, fc.integer({ min: 1, max: 3 }), async ({ schema, row }, count) => {
        const stage = await pythonStage('same', { interpreter, input: schema });
        const rows = new Array(count).fill(row);
        expect(await stage.run(rows)).toEqual(inSinglePrecision(schema, rows));
        await stage.release();
      }),
      { numRuns: 25 },
    );
  });

  it('may keep the arrays that it was given, whatever is sent later', async () => {
    const input = schemaOf({ x: tensor('FP32', [50_000]) }, 'test');
    const stage = await pythonStage('keep_first', { interpreter, input });
    const row = (value: number) => ({ x: { datatype: 'FP32', shape: [50_000], data: new Float32Array(50_000).fill(value) } });
    for (const value of [1, 2, 3]) expect(await stage.run([row(value)])).toEqual([row(1)]);
  });

  it.each([
    ['text', text, 'ö', 'list of str'],
    ['bytes', bytes, Uint8Array.of(1), 'list of bytes'],
    ['bool', bool, true, { numpy: 'array bool [2]', plain: 'memoryview ? [2]' }],
    ['int32', int32, 1, { numpy: 'array int32 [2]', plain: 'memoryview i [2]' }],
    ['int64', int64, 1n, { numpy: 'array int64 [2]', plain: 'memoryview q [2]' }],
    ['float32', float32, 1, { numpy: 'array float32 [2]', plain: 'memoryview f [2]' }],
    ['nullable', nullable(int32), 1, 'list of int'],
    ['null', nullable(int32), null, 'list of NoneType'],
    ['list', list(int32), [1], 'list of list'],
    ['record', record({ a: int32 }), { a: 1 }, 'list of dict'],
    ['json', anything, { a: 1 }, 'list of dict'],
    ['tensor', tensor('FP32', [3]), pixels(1, 2, 3), { numpy: 'array float32 [2, 3]', plain: 'list of memoryview f [3]' }],
    [
      'tensor of half precision',
      tensor('FP16', [1]),
      { datatype: 'FP16', shape: [1], data: Uint16Array.of(1) },
      { numpy: 'array float16 [2, 1]', plain: 'list of memoryview H [1]' },
    ],
    ['tensor of any length', tensor('FP32', [-1]), pixels(1), { numpy: 'list of array float32 [1]', plain: 'list of memoryview f [1]' }],
    ['tensor of bytes', tensor('BYTES', [1]), { datatype: 'BYTES', shape: [1], data: [Uint8Array.of(1)] }, 'list of list'],
  ])('is given %s as Python has it', async (_kind, column, value, expected) => {
    const input = schemaOf({ value: column }, 'test');
    const output = schemaOf({ kind: text }, 'test');
    const stage = await pythonStage('kinds', { interpreter, input, output });
    const kind = typeof expected === 'string' ? expected : expected[has === 'with NumPy' ? 'numpy' : 'plain'];
    expect(await stage.run([{ value }, { value }])).toEqual([{ kind }, { kind }]);
  });
});

describe('a stage in Python', () => {
  it('gives no rows for none without calling its function', async () => {
    const stage = await pythonStage('act');
    expect(await stage.run([])).toEqual([]);
  });

  it("is given the deadline by the clock of the system, however far that has been set apart from FlowServe's", async () => {
    const clock = new FakeClock(1_000);
    const stage = await pythonStage('time_left', { context: { clock } });
    const [row] = await stage.run(says('a'), new RequestScope(clock.now() + 60_000));
    expect(Number(row?.text)).toBeGreaterThan(30);
    expect(Number(row?.text)).toBeLessThanOrEqual(60);
  });

  it('is given what setup returned, its replica and the deadline', async () => {
    const stage = await pythonStage('context_of', { setup: 'setup_replica' });
    expect(await stage.run(says('a'))).toEqual(says('replica 0 0 none'));
    expect(await stage.run(says('a'), new RequestScope(Date.now() + 60_000))).toEqual(says('replica 0 0 deadline'));
  });

  it('needs no argument for setup', async () => {
    expect(await (await pythonStage('context_of', { setup: 'setup_none' })).run(says('a'))).toEqual(says('ready 0 none'));
  });

  it('puts rows that wait into one call, at most maxBatch of them', async () => {
    const stage = await pythonStage('sizes', { maxBatch: 4 });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((value) => stage.run(says(value))));
    expect(answers.map(([row]) => row?.text)).toEqual(['1', '1', '4', '4', '4', '4', '1']);
  });

  it('runs on as many processes as it has replicas, by default those of the deployment', async () => {
    for (const options of [{ replicas: 2 }, { context: { workers: 2 } }]) {
      const stage = await pythonStage('process', { ...options, maxBatch: 1 });
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((value) => stage.run(says(value))));
      expect(new Set(answers.map(([row]) => row?.text)).size).toBe(2);
    }
  });

  it.each(['json.py', 'math.py', 'my-file.py'])('is the file, though Python would take its name for something else: %s', async (name) => {
    const file = pythonFile(name, 'def own(batch):\n    return {"text": ["own"] * len(batch["text"])}\n');
    const stage = await pythonStage('own', { module: { file } });
    expect(await stage.run(says('a'))).toEqual(says('own'));
  });

  it('says what it waits for where it is not ready for long', async () => {
    const clock = new FakeClock();
    const go = pythonFile('not-yet', '');
    const file = pythonFile('slow.py', `import os, time\nwhile os.path.exists(${JSON.stringify(go)}): time.sleep(0.01)\nsame = dict\n`);
    const starting = pythonStage('same', { module: { file }, context: { clock } });
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    rmSync(go);
    expect((await starting).lines).toMatchObject([
      { stage: 'python', text: 'not ready after 10 s: it still imports its module, which may take as long as it needs' },
    ]);
  });

  it('is found by its name too', async () => {
    const stage = await pythonStage('dumps', { module: { name: 'json' } }).catch((error: unknown) => error);
    expect(stage).toMatchObject({ run: expect.any(Function) });
  });

  it('hands over what it writes, line by line', async () => {
    const stage = await pythonStage('act');
    await stage.run(says('print hello'));
    await Promise.all([stage.written('hello'), stage.written('hello too')]);
    expect(stage.lines.map(({ stream, text: line }) => `${stream} ${line}`).sort()).toEqual(['stderr hello too', 'stdout hello']);
    expect(stage.lines[0]).toMatchObject({ stage: 'python', replica: 0 });
  });

  it('goes on through a flood of output, of which it says how much was left out', async () => {
    const stage = await pythonStage('act');
    await stage.run(says('flood 20000'));
    expect(await stage.run(says('print over'))).toHaveLength(1);
    await stage.release();
    expect(stage.lines.length).toBeLessThan(3000);
    expect(stage.lines.some(({ text: line }) => /^\(\d+ lines left out\)$/.test(line))).toBe(true);
  });
});

describe('a stage in Python that cannot start', () => {
  const starting = (options: Parameters<typeof pythonStage>[1], name = 'same'): Promise<unknown> =>
    pythonStage(name, options).catch((error: unknown) => error);

  it('names the interpreter that is missing', async () => {
    expect(await starting({ interpreter: '/no/python' })).toMatchObject({
      code: 'INTERPRETER_MISSING',
      problem: 'python "python": there is no interpreter /no/python',
    });
  });

  it('says that the interpreter is too old, and how old it is', async () => {
    const interpreter = join(mkdtempSync(join(tmpdir(), 'flowserve-')), 'python');
    const old = 'import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path(sys.argv[1], run_name="__main__")';
    writeFileSync(interpreter, `#!/bin/sh\nexec python3 -c '${old}' "$@"\n`, { mode: 0o755 });
    expect(await starting({ interpreter })).toMatchObject({
      code: 'INTERPRETER_UNFIT',
      problem: `python "python": ${interpreter} is Python 3.8, and the oldest that can be used is 3.9`,
    });
  });

  it('says that what was started is perhaps no interpreter', async () => {
    expect(await starting({ interpreter: 'false' })).toMatchObject({
      code: 'REPLICA_CRASHED',
      problem: 'the Python process 0 of stage "python" exited with status 1 before it was ready',
      hint: 'See the log for what it wrote, and whether false is the interpreter of Python that is meant.',
    });
  });

  it('takes the file that it was given, also where a module of Python is called alike', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'flowserve-')), 'signal.py');
    writeFileSync(file, 'def detect(batch):\n    return batch\n');
    const stage = await pythonStage('detect', { module: { file } });
    expect(await stage.run(says('a'))).toEqual(says('a'));
  });

  it('names the file that is missing', async () => {
    expect(await starting({ module: { file: '/no/lang.py' } })).toMatchObject({
      code: 'FILE_MISSING',
      problem: 'python "python": there is no readable file /no/lang.py',
    });
  });

  it('names the module that cannot be imported, the interpreter and where it looked', async () => {
    expect(await starting({ module: { name: 'no.such' }, interpreter: 'python3' })).toMatchObject({
      code: 'MODULE_BROKEN',
      problem: `python "python": no.such cannot be imported by python3: ModuleNotFoundError: No module named 'no'`,
      hint: expect.stringContaining(process.cwd()),
    });
  });

  it('tells a module that raises when it is imported from a package that is missing', async () => {
    const file = pythonFile('broken.py', 'weights = {}["small"]\n');
    expect(await starting({ module: { file }, interpreter: 'python3' })).toMatchObject({
      code: 'MODULE_BROKEN',
      problem: `python "python": ${file} cannot be imported by python3: KeyError: 'small'`,
      hint: 'Correct what it raised when it was imported; the traceback is the cause of this error.',
      cause: { stack: expect.stringContaining(`File "${file}", line 1`) },
    });
  });

  it('lists the functions that there are', async () => {
    expect(await starting({}, 'smae')).toMatchObject({
      code: 'FUNCTION_MISSING',
      problem: expect.stringMatching(`${functions} has no function 'smae' \\(did you mean 'same'\\?\\); its functions are same, kinds, `),
    });
  });

  it('has what setup raised as the cause', async () => {
    expect(await starting({ setup: 'setup_fails', context: { workers: 2 } })).toMatchObject({
      code: 'SETUP_FAILED',
      problem: `python "python": setup_fails of ${functions} failed: ValueError: no weights`,
      cause: { stack: expect.stringContaining('in setup_fails') },
    });
  });
});

describe('what a function in Python returns', () => {
  const output = schemaOf({ text, score: float32 }, 'test');

  it.each([
    ['none', 'OUTPUT_INVALID', 'stage "python": the function must return a dict of columns but returned None'],
    ['list', 'OUTPUT_INVALID', 'stage "python": the function must return a dict of columns but returned a list'],
    ['missing', 'OUTPUT_INVALID', 'stage "python": the function returned no column "score"'],
    ['misspelled', 'OUTPUT_INVALID', 'stage "python": the function returned no column "score", but "scroe"'],
    ['coroutine', 'OUTPUT_INVALID', 'stage "python": the function is async, which nothing awaits: write def instead of async def'],
    ['extra', 'OUTPUT_INVALID', 'stage "python": the function returned "langage", which is no column of its output'],
    ['few', 'BATCH_SIZE_CHANGED', 'stage "python" was given 2 rows but returned 1 values of column "text"'],
    ['string', 'OUTPUT_INVALID', 'stage "python": column "text" must be a sequence with a value for each row but is \'aa\''],
    ['number', 'OUTPUT_INVALID', 'stage "python": column "text" must be text but has the int 1'],
    ['score', 'OUTPUT_INVALID', 'stage "python": column "score" must be float32 but has \'high\''],
    ['surrogate', 'OUTPUT_INVALID', 'stage "python": column "text" has a text that is no valid Unicode: \'utf-8\' codec can\'t encode'],
    ['float64', 'OUTPUT_INVALID', 'stage "python": column "score" must be float32 but is an array of float64 [2]'],
    ['shape', 'OUTPUT_INVALID', 'stage "python": column "score" must be float32 but is an array of float32 [2,1]'],
  ])('is compared with its columns: %s', async (what, code, problem) => {
    const stage = await pythonStage('returns', { input: texts, output, interpreter: await pythonWithNumPy() });
    expect(await stage.run(says(what, 'b')).catch((error: unknown) => error)).toMatchObject({
      code,
      problem: expect.stringContaining(problem),
    });
    expect(await stage.run(says('right'))).toEqual([{ text: 'right', score: 0.5 }]);
    expect(stage.crashes).toEqual([]);
  });
});

describe('what waits before the processes of a stage', () => {
  it('is known in calls, by how many rows those have had', async () => {
    const stage = await pythonStage('act', { maxBatch: 1 });
    const answers = ['sleep 0.05', 'a', 'b', 'c', 'd'].map((what) => stage.run(says(what)));
    expect(stage.pool.statistics()).toMatchObject({ outstanding: 2, queued: 0 });
    expect(stage.pool.waiting?.()).toEqual({ arrivals: 5, calls: 3, oldestWaitMs: expect.any(Number) });
    expect(await Promise.all(answers)).toHaveLength(5);
    expect(stage.pool.waiting?.()).toEqual({ arrivals: 5, calls: 0, oldestWaitMs: 0 });
  });

  it('is taken by a process that comes, though none of the others has room', async () => {
    const stage = await pythonStage('act', { maxBatch: 1 });
    const [first, second] = [new RequestScope(), new RequestScope()];
    const held = [stage.run(says('wait 1'), first), stage.run(says('wait 2'), second)];
    const waits = stage.run(says('waits'));
    await stage.written('waiting 1');
    await stage.pool.scaleTo(2);
    expect(await waits).toEqual([{ text: expect.stringMatching(/^\d+ waits$/) }]);
    const gone = new FlowError('REQUEST_CANCELLED', 'gone');
    first.end(gone);
    second.end(gone);
    expect(await Promise.allSettled(held)).toMatchObject([{ reason: gone }, { reason: gone }]);
  });
});

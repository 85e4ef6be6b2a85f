import { type Flow, int32, pipeline, record, stage, type Text, tensor, text } from 'flowserve';

/*
 * The mistakes of docs/types.md that the compiler takes: that it does is seen by this file, which is compiled with all others. Each is
 * under the name that it has on the page.
 */
const columns = { word: text };
const clean = stage({ name: 'clean', input: columns, output: { clean: text }, run: ({ word }) => ({ clean: word.trim() }) });
const other = stage({ name: 'clean', input: columns, output: { other: text }, run: ({ word }) => ({ other: word }) });
const letters = (rows: Flow<{ word: Text }>) => rows.flatMap({ letter: text }, ({ word }) => [...word].map((letter) => ({ letter })));

export const whenBuilt: Readonly<Record<string, () => unknown>> = {
  'two stages of one name': () => pipeline('words', columns, (rows) => rows.derive(clean).derive(other)),
  'a step that nothing uses': () =>
    pipeline('words', columns, (rows) => {
      rows.map({ length: int32 }, ({ word }) => ({ length: word.length }));
      return rows;
    }),
  'two flatMaps of one flow, joined: their origins have one name, and the compiler sees only that': () =>
    pipeline('words', columns, (rows) => letters(rows).join(letters(rows).rename({ letter: 'again' }))),
  'two aggs, joined': () =>
    pipeline('words', columns, (rows) => rows.agg((a) => ({ count: a.count() })).join(rows.agg((a) => ({ first: a.first('word') })))),
  'rows of one flatMap, gathered to those of another': () =>
    pipeline('words', columns, (rows) => {
      const again = letters(rows).flatMap({ part: text }, ({ letter }) => [{ part: letter }]);
      return again.gather(letters(rows), (a) => ({ parts: a.collect('part') }));
    }),
  'a flow that was kept from another pipeline': () => {
    const kept: Flow<{ word: Text }>[] = [];
    pipeline('before', columns, (rows) => {
      kept.push(rows);
      return rows;
    });
    return pipeline('words', columns, (rows) => kept[0] ?? rows);
  },
  'a name given twice': () => pipeline('words', columns, (rows) => rows.select('word', 'word')),
  'a column whose name is a number': () => pipeline('words', { 1: text }, (rows) => rows.derive({ 1: text }, () => ({ 1: 'one' }))),
  'a name that no column can have': () => pipeline('words', { '': text }, (rows) => rows),
  'a name that no pipeline can have': () => pipeline('my words', columns, (rows) => rows),
  'a number that an option cannot be': () =>
    stage({ name: 'clean', maxBatch: 0, input: columns, output: { clean: text }, run: ({ word }) => ({ clean: word }) }),
};

const word = [{ word: 'ox' }];
export const whenRun: Readonly<Record<string, () => Promise<unknown>>> = {
  'a column too many, which TypeScript does not mind here': () =>
    pipeline('words', columns, (rows) => rows.map({ length: int32 }, (row) => ({ length: row.word.length, extra: true }))).run(word),
  'a column too few, behind an `any`': () =>
    pipeline('words', columns, (rows) => rows.map({ length: int32 }, () => JSON.parse('{}'))).run(word),
  'a fraction for int32': () =>
    pipeline('words', columns, (rows) => rows.map({ length: int32 }, (row) => ({ length: row.word.length * 0.75 }))).run(word),
  'a tensor whose data are not of its shape': () =>
    pipeline('words', columns, (rows) =>
      rows.map({ pixels: tensor('FP32', [2]) }, () => ({ pixels: { datatype: 'FP32', shape: [2], data: new Float32Array(3) } })),
    ).run(word),
  'a record handed on with more fields than declared': () =>
    pipeline('words', { user: record({ id: int32, name: text }) }, (rows) =>
      rows.map({ short: record({ id: int32 }) }, ({ user }) => ({ short: user })),
    ).run([{ user: { id: 1, name: 'Ada' } }]),
  'another number of rows than the group has': () =>
    pipeline('words', columns, (rows) =>
      rows
        .groupBy('word')
        .map({ length: int32 }, () => [])
        .combine(),
    ).run(word),
};

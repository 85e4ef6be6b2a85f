import { batchStage, bool, bytes, expander, float64, int32, nullable, pipeline, stage, store, tensor, text } from 'flowserve';

// JavaScript, because worker threads import it too, and the threads of Node 20 cannot run TypeScript.

export const input = {
  id: int32,
  word: nullable(text),
  score: float64,
  raw: bytes,
  pixels: tensor('FP32', [-1, 2]),
};

/** See recipes.d.mts. */
export function cook(recipe, onCall = () => {}) {
  const kitchen = { recipe, onCall, stages: new Map(), stores: storesOf(), inner: innerPipelines(onCall), costly: 0 };
  return pipeline('recipe', input, (rows) => {
    const flows = [rows];
    const used = new Set();
    recipe.steps.forEach((step, i) => {
      // Counted from the last one, so that small numbers make long chains.
      const source = flows[flows.length - 1 - (step.source % flows.length)];
      const made = verbs[step.verb]({ kitchen, step, i, source, flows });
      if (made === undefined) return;
      for (const flow of [source, ...made.uses]) used.add(flow);
      flows.push(made.flow);
    });
    return leaveNothingLoose(flows.filter((flow) => !used.has(flow)));
  });
}

/** Each gives the flow it made and what it used beside its source, or nothing where it does not apply. */
const verbs = {
  map: ({ kitchen, step, i, source }) => like(source, source.map(rowStage(kitchen, step, i, source))),
  derive({ kitchen, step, i, source }) {
    const made = rowStage(kitchen, step, i, source);
    return Object.keys(made.output).some((name) => name in source.columns) ? undefined : like(source, source.derive(made));
  },
  flatMap({ kitchen, step, i, source }) {
    return partsOf(source, source.flatMap(expanding(kitchen, step, i, source)));
  },
  filter({ kitchen, step, i, source }) {
    const test = (row) => {
      kitchen.onCall(`filter at ${i}`, [row]);
      return hash(row, step.seed) % 3 !== 0;
    };
    return like(source, step.form % 2 === 0 ? source.filter(test) : source.filter(subset(source, step.form), test));
  },
  select: ({ step, source }) => like(source, source.select(...subset(source, step.form))),
  rename({ step, i, source }) {
    const names = subset(source, step.form).map((name, j) => [name, `renamed${i}_${j}`]);
    return like(source, source.rename(Object.fromEntries(names)));
  },
  join({ step, i, source, flows }) {
    const others = flows.filter((flow) => rootOf(flow) === rootOf(source));
    const other = others[step.other % others.length];
    const how = ['inner', 'left', 'outer'][step.form % 3];
    const collide = Object.keys(other.columns).some((name) => name in source.columns);
    const options = collide || step.seed % 2 === 0 ? { how, as: `joined${i}` } : { how };
    return like(source, source.join(other, options), [other]);
  },
  gather({ step, i, source, flows }) {
    const made = rootOf(source).parent;
    if (made === undefined) return undefined;
    const parents = flows.filter((flow) => rootOf(flow) === rootOf(made));
    const parent = parents[step.other % parents.length];
    const gathered = source.gather(parent, (a) => aggregates(a, source, step.form, i));
    return like(parent, gathered, [parent]);
  },
  agg({ step, i, source }) {
    const keys = step.form % 4 === 0 ? [] : keysIn(source, step.form);
    const grouped = keys.length === 0 ? source : source.groupBy(...keys);
    // Without aggregates it gives each key once.
    const made = grouped.agg((a) => (keys.length > 0 && step.seed % 5 === 0 ? {} : aggregates(a, source, step.seed, i)));
    return alone(made);
  },
  groupFilter({ kitchen, step, i, source }) {
    const keys = keysIn(source, step.form);
    if (keys.length === 0) return undefined;
    const test = (rows) => {
      kitchen.onCall(`group filter at ${i}`, rows);
      return hash(rows, step.seed) % 3 !== 0;
    };
    const grouped = source.groupBy(...keys);
    const kept = step.seed % 2 === 0 ? grouped.filter(test) : grouped.filter(subset(source, step.seed), test);
    return step.other % 3 === 0 ? alone(kept.agg((a) => aggregates(a, source, step.form, i))) : like(source, kept.combine());
  },
  groupMap({ kitchen, step, i, source }) {
    const keys = keysIn(source, step.form);
    if (keys.length === 0) return undefined;
    const output = fresh(outputs[step.seed % outputs.length], i);
    const compute = (rows) => rows.map((row, j) => makeRow(kitchen.recipe, output, { row, j, size: rows.length }, step.seed));
    const later = (rows) => pause(rows).then(() => compute(rows));
    const run = [compute, later, (rows) => (hash(rows, 1) % 2 === 0 ? compute(rows) : later(rows))][step.form % 3];
    const mapped = source.groupBy(...keys).map(output, overheard(kitchen, `group map at ${i}`, run));
    return like(source, mapped.combine());
  },
  lookup({ kitchen, step, i, source }) {
    const names = Object.entries(source.columns).flatMap(([name, { kind, nullable: isNullable }]) =>
      kind in kitchen.stores && !isNullable ? [name] : [],
    );
    if (names.length === 0) return undefined;
    const key = names[step.form % names.length];
    const from = kitchen.stores[source.columns[key].kind][step.seed % 2];
    const missing = kitchen.recipe.poison !== null && step.other % 2 === 0 ? 'error' : 'null';
    return like(source, source.lookup(from, { key, as: `found${i}`, missing }));
  },
  joinOn({ kitchen, step, i, source, flows }) {
    const other = flows[step.other % flows.length];
    const both = keysIn(source, step.form).filter((name) => other.columns[name]?.kind === source.columns[name].kind);
    if (both.length === 0 || kitchen.costly++ > 1) return undefined;
    const on = both.length === 1 && step.seed % 2 === 0 ? both[0] : both;
    const how = ['inner', 'left', 'outer'][step.seed % 3];
    const collide = Object.keys(other.columns).some((name) => name in source.columns && !both.includes(name));
    const joined = source.joinOn(other, collide || step.seed % 5 === 0 ? { on, how, as: `joined${i}` } : { on, how });
    return how === 'outer' ? alone(joined, [other]) : partsOf(source, joined, [other]);
  },
  union({ kitchen, step, source, flows }) {
    const columns = JSON.stringify(source.columns);
    const alike = flows.filter((flow) => JSON.stringify(flow.columns) === columns);
    if (kitchen.costly++ > 2) return undefined;
    const others = Array.from({ length: 1 + (step.form % 2) }, (_, j) => alike[(step.other + j * step.seed) % alike.length]);
    const united = source.union(...others);
    const isOneOrigin = others.every((flow) => rootOf(flow) === rootOf(source));
    return isOneOrigin ? partsOf(source, united, others) : alone(united, others);
  },
  /** Both give the same rows, so that it is no matter which is first. */
  anyOf({ step, source }) {
    const later = source.map(source.columns, (row) => pause({ row, step }).then(() => row));
    return like(
      source,
      step.form % 2 === 0
        ? source.anyOf(later)
        : later.anyOf(
            source.filter(() => true),
            later,
          ),
    );
  },
  extend({ kitchen, step, source }) {
    if (source.columns.id?.kind !== 'int32') return undefined;
    const form = step.form % kitchen.inner.length;
    const extended = source.extend(kitchen.inner[form]);
    return [like, partsOf, (_, flow) => alone(flow)][form](source, extended);
  },
};

/** Stores of each kind of key, the values of which may be null in every second one. Some keys are missing. */
function storesOf() {
  const entriesOf = (keys) => keys.filter((_, i) => i % 4 !== 0);
  const keys = {
    int32: [int32, Array.from({ length: 11 }, (_, i) => i - 5)],
    text: [text, Array.from({ length: 1000 }, (_, i) => `text ${i}`)],
    float64: [float64, [Number.NaN, 0, 1, 2, 3]],
    bool: [bool, [true, false]],
  };
  return Object.fromEntries(
    Object.entries(keys).map(([kind, [key, all]]) => [
      kind,
      [
        store(`sure-${kind}`, { key, value: text, entries: entriesOf(all).map((each) => [each, `under ${each}`]) }),
        store(`maybe-${kind}`, {
          key,
          value: nullable(bytes),
          entries: entriesOf(all).map((each, i) => [each, i % 2 === 0 ? null : Uint8Array.of(i)]),
        }),
      ],
    ]),
  );
}

/** Pipelines to be extended with: one whose rows stand for those it is given, one for rows of them, and one for neither. */
function innerPipelines(onCall) {
  const tag = (prefix) => (row) => {
    onCall(prefix, [row]);
    return { [prefix]: `${prefix} ${row.id}` };
  };
  const columns = { id: nullable(int32) };
  return [
    pipeline('same', columns, (rows) =>
      rows.join(rows.filter(({ id }) => id !== null && id > 0).map({ tag: text }, tag('tag')), { how: 'left' }),
    ),
    pipeline('parts', columns, (rows) =>
      rows.flatMap({ part: nullable(int32) }, ({ id }) => (id === 1 ? [] : [{ part: id }, { part: null }])),
    ),
    pipeline('sums', columns, (rows) =>
      rows
        .derive({ tag: text }, tag('tag'))
        .groupBy('tag')
        .agg((a) => ({ sum: a.sum('id') })),
    ),
  ];
}

/** What the rows of a flow stand for: the rows of one flatMap, or those of the request. */
const originOf = new WeakMap();
const request = {};

function rootOf(flow) {
  return originOf.get(flow) ?? request;
}

/** The rows of a flow that stand for nothing that was there before. */
function alone(flow, uses = []) {
  originOf.set(flow, {});
  return { flow, uses };
}

/** The rows of a flow that were made from those of another. */
function partsOf(parent, flow, uses = []) {
  originOf.set(flow, { parent });
  return { flow, uses };
}

function like(other, flow, uses = []) {
  originOf.set(flow, rootOf(other));
  return { flow, uses };
}

/** Every flow must reach the output: what is loose is joined to its like, gathered to the rows it was made from, or printed beside another. */
function leaveNothingLoose(flows) {
  let loose = flows;
  for (let i = 0; loose.length > 1; i++) {
    const [deepest, ...others] = loose.toSorted((a, b) => depthOf(b) - depthOf(a));
    const { flow, uses } = merged(deepest, others, i);
    loose = [flow, ...others.filter((other) => !uses.includes(other))];
  }
  return loose[0];
}

function merged(deepest, others, i) {
  const alike = others.find((flow) => rootOf(flow) === rootOf(deepest));
  if (alike !== undefined) return like(deepest, deepest.join(alike, { how: ['left', 'outer'][i % 2], as: `loose${i}` }), [alike]);
  const { parent } = rootOf(deepest);
  if (parent !== undefined) {
    const gathered = deepest.gather(parent, (a) => ({ [`loose${i}`]: a.collect(Object.keys(deepest.columns)) }));
    return like(parent, gathered);
  }
  const printed = (flow) => flow.map({ printed: text }, (row) => ({ printed: print(row) }));
  return alone(printed(deepest).union(printed(others[0])), [others[0]]);
}

function depthOf(flow) {
  const { parent } = rootOf(flow);
  return parent === undefined ? 0 : 1 + depthOf(parent);
}

const numeric = new Set(['int32', 'float32', 'float64']);

function aggregates(a, source, form, i) {
  const names = Object.keys(source.columns);
  const [first] = names;
  const number = names.find((name) => numeric.has(source.columns[name].kind));
  const made = { [`count${i}`]: a.count(), [`all${i}`]: a.collect(names, number && form % 2 === 0 ? { sortBy: number } : {}) };
  made[`first${i}`] = form % 2 === 0 ? a.first(first) : a.collect(first);
  if (number !== undefined) {
    const by = { by: number };
    const each = [a.sum(number), a.avg(number), a.min(number), a.max(number), a.argMax(first, by), a.argMin(first, by)];
    made[`some${i}`] = each[form % each.length];
  }
  return made;
}
const comparable = new Set(['text', 'bool', 'int32', 'int64', 'float32', 'float64']);

/** Some of the columns by which rows can be grouped, where there is one. */
function keysIn(flow, bits) {
  const names = Object.keys(flow.columns).filter((name) => comparable.has(flow.columns[name].kind));
  const chosen = names.filter((_, j) => (bits >> j) & 1);
  return chosen.length === 0 ? names.slice(0, 1) : chosen;
}

/** Any number of the columns, by the bits of a number; at least one, where there is one. */
function subset(flow, bits) {
  const names = Object.keys(flow.columns);
  const chosen = names.filter((_, j) => (bits >> j) & 1);
  return chosen.length === 0 ? names.slice(0, 1) : chosen;
}

const outputs = [
  { a: int32 },
  { a: int32, b: nullable(text) },
  { flag: nullable(bool), raw2: bytes },
  { pixels2: nullable(tensor('INT64', [-1])) },
];

const races = [undefined, { copies: 2 }, { copies: 4 }, { hedge: true }, { hedge: { budget: 1 } }, 'auto'];

/** By the seed of the step that makes the stage. */
function raceOf(kitchen, step) {
  return kitchen.recipe.isRaced === true ? { race: races[(step.seed >> 2) % races.length] } : {};
}

/** A stage in one of its forms. Some read the column id alone and are shared by all steps that ask for the same one. */
function rowStage(kitchen, step, i, source) {
  const isShared = step.seed % 3 === 0 && 'id' in source.columns;
  const form = isShared ? 3 + (step.form % 3) : step.form % 6;
  const name = isShared ? `shared ${form} ${step.place}` : `stage at ${i}`;
  const known = kitchen.stages.get(name);
  if (known !== undefined) return known;
  const output = isShared ? { [`shared${form}${step.place}`]: nullable(text) } : fresh(outputs[step.seed % outputs.length], i);
  const compute = (row) => makeRow(kitchen.recipe, output, row, step.seed);
  // A batch with effects is not taken apart when it fails, so that others fail with the one whose fault it is.
  const effects = step.seed % 4 === 0 && kitchen.recipe.poison === null;
  const common = {
    name,
    input: isShared ? { id: nullable(int32) } : pick(source.columns, subset(source, step.form)),
    output,
    effects,
    ...(effects ? {} : raceOf(kitchen, step)),
    ...(step.place === null ? {} : { runsOn: step.place }),
  };
  const later = (given, then) => pause(given).then(() => then(given));
  const all = (rows) => rows.map(compute);
  const forms = [
    [stage, compute, {}],
    [stage, (row) => later(row, compute), {}],
    [stage, (row) => (hash(row, 1) % 2 === 0 ? compute(row) : later(row, compute)), {}],
    [batchStage, all, { maxBatch: 1 + (step.seed % 5) }],
    [batchStage, (rows) => later(rows, all), {}],
    [batchStage, async (rows) => all(rows), { maxBatch: 3 }],
  ];
  const [define, run, options] = forms[form];
  const made = define({ ...common, ...options, run: overheard(kitchen, name, run) });
  kitchen.stages.set(name, made);
  return made;
}

function expanding(kitchen, step, i, source) {
  const isShared = step.seed % 3 === 0 && 'id' in source.columns;
  const form = isShared ? step.form % 2 : step.form;
  const name = isShared ? `shared expander ${form} ${step.place}` : `expander at ${i}`;
  const known = kitchen.stages.get(name);
  if (known !== undefined) return known;
  const output = isShared ? { [`made${form}${step.place}`]: nullable(text) } : fresh(outputs[step.seed % outputs.length], i);
  const many = (row) => Array.from({ length: hash(row, step.seed) % 4 }, (_, j) => makeRow(kitchen.recipe, output, { row, j }, step.seed));
  const common = {
    name,
    input: isShared ? { id: nullable(int32) } : pick(source.columns, subset(source, step.form)),
    output,
    ...raceOf(kitchen, step),
    ...(step.place === null ? {} : { runsOn: step.place }),
  };
  const forms = [
    many,
    (row) => pause(row).then(() => many(row)),
    function* (row) {
      yield* many(row);
    },
    async function* (row) {
      for (const made of many(row)) {
        await pause(made);
        yield made;
      }
    },
  ];
  const made = expander({ ...common, run: overheard(kitchen, name, forms[form % forms.length]) });
  kitchen.stages.set(name, made);
  return made;
}

function overheard({ onCall }, name, run) {
  return (given) => {
    onCall(name, [given].flat());
    return run(given);
  };
}

function fresh(columns, i) {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [`${name}${i}`, column]));
}

function pick(columns, names) {
  return Object.fromEntries(names.map((name) => [name, columns[name]]));
}

/** A row of the output columns whose values follow from what is in the row alone. */
function makeRow({ poison }, output, row, seed) {
  if (poison !== null && hash(row, seed + 1) % poison === 0) throw new Error(`poison ${seed}`);
  return freeze(Object.fromEntries(Object.entries(output).map(([name, column], j) => [name, makeValue(column, hash(row, seed + j))])));
}

function makeValue(column, hashed) {
  if (column.nullable && hashed % 4 === 0) return null;
  switch (column.kind) {
    case 'int32':
      return hashed | 0;
    case 'text':
      return `text ${hashed % 1000}`;
    case 'bool':
      return hashed % 2 === 0;
    case 'bytes':
      return Uint8Array.from({ length: hashed % 7 }, (_, i) => hashed + i);
    default:
      return { datatype: 'INT64', shape: [hashed % 3], data: BigInt64Array.from({ length: hashed % 3 }, (_, i) => BigInt(hashed + i)) };
  }
}

/** A number from what a value holds, whichever thread it is on and however its arrays lie. */
function hash(value, seed) {
  let hashed = (2166136261 ^ seed) >>> 0;
  for (const character of print(value)) hashed = Math.imul(hashed ^ character.codePointAt(0), 16777619) >>> 0;
  return (hashed ^ (hashed >>> 15)) >>> 1;
}

function print(value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return String(value);
  if (ArrayBuffer.isView(value)) return `<${Array.from(value).join()}>`;
  if (Array.isArray(value)) return `[${value.map(print).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}:${print(value[key])}`)
    .join()}}`;
}

/** A few turns of the loop, more or fewer by what is in the row, so that calls overtake each other. */
async function pause(row) {
  for (let turns = hash(row, 7) % 4; turns > 0; turns--) await (turns === 3 ? new Promise((resolve) => setImmediate(resolve)) : null);
}

function freeze(value) {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

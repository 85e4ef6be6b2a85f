/** A metric as it was read back. */
export interface ReadMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format of Prometheus, version 0.0.4; throws for whatever a strict reader would not take. */
export function readMetrics(text: string): readonly ReadMetric[] {
  if (!text.endsWith('\n')) throw new SyntaxError('the text must end with a line feed');
  const metrics = new Map<string, ReadMetric>();
  // A metric is its HELP, its TYPE and its samples, without anything in between.
  for (const block of text.split(/\n+(?=# HELP )/)) {
    const metric = readMetric(block.trimEnd().split('\n'));
    if (metrics.has(metric.name)) throw new SyntaxError(`${metric.name} is told twice`);
    check(metric);
    metrics.set(metric.name, metric);
  }
  return [...metrics.values()];
}

function readMetric([first = '', second = '', ...lines]: readonly string[]): ReadMetric {
  const [, name, help] = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/.exec(first) ?? [];
  const [, typed, type] = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(second) ?? [];
  if (name === undefined || help === undefined) throw new SyntaxError(`not a HELP: ${first}`);
  if (typed !== name || type === undefined) throw new SyntaxError(`not the TYPE of ${name}: ${second}`);
  return { name, help, type, samples: lines.map((line) => readSample(line, { name, type })) };
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] };

function readSample(line: string, { name, type }: { readonly name: string; readonly type: string }): ReadSample {
  const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|[+-]Inf|[-+\d.eE]+)$/.exec(line);
  if (found === null) throw new SyntaxError(`not a sample: ${line}`);
  const [, sample = '', labels = '', value = ''] = found;
  if (!(SUFFIXES[type] ?? ['']).some((suffix) => sample === name + suffix)) throw new SyntaxError(`${sample} is not of ${name}`);
  return { name: sample, labels: readLabels(labels, line), value: Number(value.replace('Inf', 'Infinity')) };
}

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
  const labels: Record<string, string> = {};
  while (label.lastIndex < text.length) {
    const found = label.exec(text);
    if (found === null) throw new SyntaxError(`not labels: ${line}`);
    labels[found[1] as string] = (found[2] as string).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

/** No sample twice; counters no less than 0; buckets cumulative, their last the count, which is there with its sum. */
function check({ name, type, samples }: ReadMetric): void {
  const keys = samples.map((sample) => `${sample.name} ${keyOf(sample.labels)}`);
  if (new Set(keys).size < keys.length) throw new SyntaxError(`${name} has a sample twice`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new SyntaxError(`${name} is below 0`);
  if (type !== 'histogram') return;
  const named = (suffix: string): readonly ReadSample[] => samples.filter((sample) => sample.name === `${name}_${suffix}`);
  for (const { labels, value: count } of named('count')) {
    const own = named('bucket').filter((sample) => keyOf({ ...sample.labels, le: '' }) === keyOf({ ...labels, le: '' }));
    const bounds = own.map((sample) => Number((sample.labels.le ?? '').replace('Inf', 'Infinity')));
    const isCumulative = own.every(({ value }, i) => i === 0 || value >= (own[i - 1]?.value ?? 0));
    const isAscending = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] ?? 0));
    const isWhole = bounds[bounds.length - 1] === Number.POSITIVE_INFINITY && own[own.length - 1]?.value === count;
    const hasSum = named('sum').some((sample) => keyOf(sample.labels) === keyOf(labels));
    if (!isCumulative || !isAscending || !isWhole || !hasSum) throw new SyntaxError(`${name}{${keyOf(labels)}} is no histogram`);
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return Object.keys(labels)
    .sort()
    .map((label) => `${label}=${labels[label]}`)
    .join();
}

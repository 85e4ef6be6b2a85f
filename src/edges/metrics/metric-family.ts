import type { Histogram } from '../../runtime/histogram.ts';

export type Labels = Readonly<Record<string, string>>;

/** One metric with its value for each combination of labels, named and typed as Prometheus does. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** One line of the text: `name` differs from the metric's where it is of a histogram. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** What a metric is measured on, such as each stage, with the labels that tell it apart. */
export interface Measured<T> {
  readonly labels: Labels;
  readonly of: T;
}

/** A value with labels of its own beside those of what it is measured on. */
export type LabelledValue = readonly [value: number, labels?: Labels];

export function counter<T>(name: string, help: string, all: readonly Measured<T>[], read: (of: T) => number | readonly LabelledValue[]) {
  return family('counter', name, help, all, read);
}

export function gauge<T>(name: string, help: string, all: readonly Measured<T>[], read: (of: T) => number | readonly LabelledValue[]) {
  return family('gauge', name, help, all, read);
}

function family<T>(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  all: readonly Measured<T>[],
  read: (of: T) => number | readonly LabelledValue[],
): MetricFamily {
  const samples = all.flatMap(({ labels, of }) => {
    const values = read(of);
    const labelled: readonly LabelledValue[] = typeof values === 'number' ? [[values]] : values;
    return labelled.map(([value, own]) => ({ name, labels: { ...labels, ...own }, value }));
  });
  return { name, help, type, samples };
}

/** Bounds that histograms are told by, and by what their values and bounds are divided. */
export interface Scale {
  readonly bounds: readonly number[];
  readonly divisor: number;
}

export function histogram<T>(
  name: string,
  help: string,
  all: readonly Measured<T>[],
  { read, scale }: { readonly read: (of: T) => Histogram; readonly scale: Scale },
): MetricFamily {
  return { name, help, type: 'histogram', samples: all.flatMap(({ labels, of }) => histogramSamples(name, labels, read(of), scale)) };
}

function histogramSamples(name: string, labels: Labels, { count, sum, buckets }: Histogram, { bounds, divisor }: Scale): readonly Sample[] {
  const upTo = (bound: number): number =>
    buckets.reduce((total, bucket) => total + (bucket.upTo !== null && bucket.upTo <= bound ? bucket.count : 0), 0);
  // 0.00001 rather than what a division gives.
  const below = bounds.map((bound) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le: Number((bound / divisor).toPrecision(6)) },
    value: upTo(bound),
  }));
  return [
    ...below,
    { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { name: `${name}_sum`, labels, value: sum / divisor },
    { name: `${name}_count`, labels, value: count },
  ];
}

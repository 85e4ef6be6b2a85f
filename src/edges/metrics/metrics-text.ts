import type { Metric, Registry } from 'prom-client';
import type { DeploymentStatistics } from '../../serving/deployment.ts';
import type { MetricFamily } from './metric-family.ts';
import { pipelineMetrics } from './pipeline-metrics.ts';

/** What `metricsText` gives. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

let ofProcess: Promise<Registry> | undefined;

/**
 * The metrics of pipelines in the text format of Prometheus, then those of the process, which are measured from the first call on.
 * Everything is read when it is asked for.
 */
export async function metricsText(pipelines: readonly DeploymentStatistics[]): Promise<string> {
  const { Registry: Metrics, collectDefaultMetrics } = await import('prom-client');
  const registry = new Metrics();
  for (const family of pipelineMetrics(pipelines)) registry.registerMetric(asMetric(family));
  ofProcess ??= Promise.resolve(new Metrics()).then((register) => {
    // One for all servers of the process: what measures it is never taken away again.
    collectDefaultMetrics({ register });
    return register;
  });
  const text = `${await registry.metrics()}\n${await (await ofProcess).metrics()}`;
  // Before the first delay of the event loop has been measured their mean is written so, which not every reader takes.
  return text.replaceAll(' Nan\n', ' NaN\n');
}

/** A registry asks a metric for its name, its type and its values; the classes of prom-client count themselves, which a histogram cannot be told not to. */
function asMetric({ name, help, type, samples }: MetricFamily): Metric {
  const values = samples.map((sample) => ({ metricName: sample.name, labels: sample.labels, value: sample.value }));
  return { name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) } as unknown as Metric;
}

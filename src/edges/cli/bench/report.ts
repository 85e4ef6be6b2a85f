import type { Latencies, Measured } from './measurement.ts';
import type { StageUse } from './stage-use.ts';

/** Everything that a load showed: what `--json` prints. */
export interface Report extends Measured {
  readonly pipeline: string;
  /** What was sent, to what, for how long. */
  readonly load: string;
  readonly rowsPerRequest: number;
  readonly rowsPerSecond: number;
  /** Empty where the pipeline ran in another process. */
  readonly stages: readonly StageUse[];
}

/** The report as a person reads it. */
export function printReport(report: Report): string {
  const { pipeline, load, requestsPerSecond, rowsPerSecond, latencyMs, errors, requests, seconds } = report;
  const lines = [
    `${pipeline}: ${load}`,
    '',
    `requests/s   ${inThree(requestsPerSecond)}   (${requests} answered in ${seconds.toFixed(1)} s)`,
    `rows/s       ${inThree(rowsPerSecond)}`,
    `latency ms   ${latencyMs === null ? 'none was answered' : printLatencies(latencyMs)}`,
    `errors       ${printErrors(errors)}`,
  ];
  return [...lines, ...printStages(report.stages)].join('\n');
}

export function printLatencies(latencies: Latencies): string {
  return Object.entries(latencies)
    .map(([name, ms]) => `${name} ${inThree(ms as number)}`)
    .join('   ');
}

export function printErrors(errors: Readonly<Record<string, number>>): string {
  const counts = Object.entries(errors).map(([code, count]) => `${code} ${count}`);
  return counts.length === 0 ? 'none' : counts.join(', ');
}

/** Three digits that mean something, and all of those before the point. */
export function inThree(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}

function printStages(stages: readonly StageUse[]): readonly string[] {
  if (stages.length === 0) return [];
  const head = ['task', 'on', 'stage', 'calls', 'rows', 'rows/call', 'ms/call', 'of busy time'];
  const cells = stages.map(({ task, place, stage, calls, rows, rowsPerCall, msPerCall, share }) => [
    String(task),
    place,
    stage,
    String(calls),
    String(rows),
    inThree(rowsPerCall),
    inThree(msPerCall),
    `${(share * 100).toFixed(0)} %`,
  ]);
  return ['', ...inColumns([head, ...cells])];
}

/** Words to the left, numbers to the right. */
export function inColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i < WORDS ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
const WORDS = 3;

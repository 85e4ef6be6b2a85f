#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import { packageVersion } from '../http/package-version.ts';
import { bench } from './bench/bench.ts';
import { dev } from './dev/dev.ts';
import { explain } from './explain.ts';
import { printFailure } from './failure.ts';
import { letHeapGrow } from './heap-growth.ts';
import { addLimit } from './limit-flag.ts';
import { positiveNumber, wholeNumber } from './numbers.ts';
import { quickenTicks } from './quick-ticks.ts';
import { addReplicas } from './replicas-flag.ts';
import { addResource } from './resource-flag.ts';
import { addRule } from './rule-flag.ts';
import { run } from './run.ts';
import { serveFiles } from './serve.ts';

// Stack traces in the log name the user's files, not the bundle.
process.setSourceMapsEnabled(true);
letHeapGrow();
quickenTicks();

const REPLICAS = 'replicas of a stage, such as detect=2 or detect=1..8, whatever it says itself; may be given several times';
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const program = new Command('flowserve')
  .description('Serves machine-learning inference pipelines written as typed dataflow.')
  .version(packageVersion())
  .showHelpAfterError('(add --help for the flags)')
  .configureHelp({ showGlobalOptions: true });

program
  .command('serve')
  .description('serve the pipelines that files export')
  .argument('<files...>', 'TypeScript or JavaScript files that export pipelines')
  .option('--port <number>', 'port of the public address; 0 takes any', wholeNumber(0, 65_535), 8080)
  .option('--host <name>', 'public address', '127.0.0.1')
  .option('--admin-port <number>', 'port of the admin address; 0 takes any', wholeNumber(0, 65_535), 8081)
  .option('--admin-host <name>', 'admin address; any but loopback demands FLOWSERVE_ADMIN_TOKEN', '127.0.0.1')
  .option('--workers <number>', 'worker threads for each task on threads (default: one less than the cores)', wholeNumber(1, 1024))
  .option('--rule <name=off>', 'switch a rule of the optimizer off, such as fuse-regions=off; may be given several times', addRule)
  .option('--replicas <name=min..max>', REPLICAS, addReplicas)
  .option('--memory-mb <number>', 'memory that the replicas of all tasks may have together (default: no bound)', wholeNumber(1))
  .option('--cores <number>', 'cores that the replicas of all tasks may keep busy (default: all there are)', wholeNumber(1))
  .option('--resource <name=number>', 'how many there are of what stages occupy, such as gpu=1; may be given several times', addResource)
  .option('--max-queue <number>', 'requests under way at once for each pipeline', wholeNumber(1), 256)
  .option('--no-admission', 'take requests also that would be answered too late')
  .option('--timeout-ms <number>', 'how long a request may take when it does not say', wholeNumber(1), 30_000)
  .option('--limit <name=number>', 'a limit of requests, such as maxBodyBytes=1000000; may be given several times', addLimit)
  .option(
    '--drain-timeout-ms <number>',
    'how long requests under way may take after SIGTERM or Ctrl-C',
    wholeNumber(0, 2 ** 31 - 1),
    30_000,
  )
  .addOption(new Option('--log-level <level>', 'what is logged').choices(LOG_LEVELS).default('info'))
  .action(serveFiles);

program
  .command('dev')
  .description('serve the pipelines of files to this machine, and load the files again when they change')
  .argument('<files...>', 'TypeScript or JavaScript files that export pipelines')
  .option('--port <number>', 'port of the public address; 0 takes any', wholeNumber(0, 65_535), 8080)
  .option('--admin-port <number>', 'port of the admin address; 0 takes any', wholeNumber(0, 65_535), 8081)
  .option('--workers <number>', 'worker threads for each task on threads (default: one less than the cores)', wholeNumber(1, 1024))
  .option('--replicas <name=min..max>', REPLICAS, addReplicas)
  .action(dev);

program
  .command('run')
  .description('answer one request and print the result')
  .argument('<file>', 'a file that exports pipelines')
  .requiredOption('--input <file>', 'a .json file with rows, or bytes for a pipeline that takes one bytes column; - for standard input')
  .option('--pipeline <name>', 'which pipeline, where the file has several')
  .option('--workers <number>', 'worker threads for each task on threads', wholeNumber(1, 1024))
  .option('--timeout-ms <number>', 'how long it may take', wholeNumber(1))
  .option('--rule <name=off>', 'switch a rule of the optimizer off, such as fuse-regions=off; may be given several times', addRule)
  .action(async (file: string, options) => {
    // A stray error of a stage is reported in a line, as all others are.
    process.on('uncaughtException', (error) => {
      console.error(printFailure(error));
      process.exit(1);
    });
    console.log(await run(file, options));
  });

program
  .command('explain')
  .description('print the plan of a file')
  .argument('<file>', 'a file that exports pipelines')
  .option('--pipeline <name>', 'which pipeline, where the file has several')
  .option('--workers <number>', 'worker threads for each task on threads', wholeNumber(1, 1024))
  .option('--rule <name=off>', 'switch a rule of the optimizer off, such as fuse-regions=off; may be given several times', addRule)
  .addOption(
    new Option('--analyze <url>', 'what a server has measured, at its admin address, and what to do about it').conflicts([
      'steps',
      'json',
      'mermaid',
    ]),
  )
  .option('--token <token>', 'of the admin address (default: the environment variable FLOWSERVE_ADMIN_TOKEN)')
  .addOption(new Option('--steps', 'print what each rule did').conflicts(['json', 'mermaid']))
  .addOption(new Option('--json', 'print the plan as JSON').conflicts(['steps', 'mermaid']))
  .addOption(new Option('--mermaid', 'print the plan as a Mermaid flowchart').conflicts(['steps', 'json']))
  .action(async (file: string, options) => {
    console.log(await explain(file, options));
  });

program
  .command('bench')
  .description('put a pipeline under load and print how it held')
  .argument('<file>', 'a file that exports pipelines')
  .requiredOption('--input <file>', 'what each request sends, as for run')
  .option('--pipeline <name>', 'which pipeline, where the file has several')
  .option('--concurrency <number>', 'requests under way at a time (default: 8)', wholeNumber(1, 10_000))
  .option(
    '--rate <number>',
    'requests a second instead, at random times, answered or not',
    positiveNumber('a number of requests a second above 0'),
  )
  .option('--duration <seconds>', 'how long to measure', positiveNumber('a number of seconds above 0'), 10)
  .option('--warmup <seconds>', 'how long to send before that', positiveNumber('a number of seconds', 0), 2)
  .option('--workers <number>', 'worker threads for each task on threads (default: one less than the cores)', wholeNumber(1, 1024))
  .option('--replicas <name=min..max>', REPLICAS, addReplicas)
  .option('--timeout-ms <number>', 'how long a request may take', wholeNumber(1))
  .option('--url <address>', 'a server that runs, instead of a pipeline started here')
  .option('--seed <number>', 'another series of random times', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('--json', 'print JSON')
  .action(async (file: string, options) => {
    const end = new AbortController();
    // The second Ctrl-C ends the process.
    process.once('SIGINT', () => end.abort());
    console.log(await bench(file, options, end.signal));
  });

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  // The parser has said what is wrong with the command line.
  if (!(error instanceof CommanderError)) console.error(printFailure(error));
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
}

// Installs, builds, serves the OCR example, sends it a photo and prints what comes back; then keeps serving.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { root } from './steps.mjs';

const flags = {
  once: { type: 'boolean', default: false },
  port: { type: 'string', default: '8080' },
  'admin-port': { type: 'string', default: '8081' },
  photo: { type: 'string', default: 'examples/ocr/photos/cookbook-page.jpg' },
  help: { type: 'boolean', default: false },
};
const USAGE = 'npm start -- [--once] [--port NUMBER] [--admin-port NUMBER] [--photo FILE]';

const options = readFlags();
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
const photo = await readFile(options.photo).catch(() => fail(`there is no readable file ${options.photo}`));

await import('./build.mjs');
const server = startServer();
const addresses = await server.ready;
await showAnswer(addresses);
if (options.once) {
  process.exitCode = await server.stop();
} else {
  console.log('\nServing until you press Ctrl-C.');
  process.exitCode = await server.ended;
}

function readFlags() {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}\nUsage: ${USAGE}`);
  }
}

/** The command line in a process of its own, as a user would start it. */
function startServer() {
  const command = [
    'dist/edges/cli/main.js',
    'serve',
    'examples/ocr/pipeline.ts',
    '--port',
    options.port,
    '--admin-port',
    options['admin-port'],
  ];
  console.error(`• starting: npx flowserve ${command.slice(1).join(' ')}`);
  const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
  let isReady = false;
  const ready = new Promise((resolve) => {
    let printed = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text) => {
      // Once it serves, it says only that it is ending.
      if (isReady && !options.once) process.stdout.write(text);
      printed += text;
      const url = printed.match(/serving at (\S+)/)?.[1];
      const adminUrl = printed.match(/administration at (\S+)/)?.[1];
      isReady = url !== undefined && adminUrl !== undefined;
      if (isReady) resolve({ url, adminUrl });
    });
  });
  // It has said in one line why it could not start.
  ended.then((status) => {
    if (!isReady) process.exit(status || 1);
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  // Ctrl-C reaches the server too, which then answers what is under way.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', stop);
  // npm gives SIGTERM to a shell between itself and this process, and the shell ends without passing it on.
  const parent = process.ppid;
  const isOrphan = () => process.env.npm_lifecycle_event === 'start' && process.ppid !== parent;
  setInterval(() => isOrphan() && stop(), 500).unref();
  return { ready, ended, stop };
}

async function showAnswer({ url, adminUrl }) {
  const startMs = performance.now();
  const response = await fetch(`${url}/pipelines/ocr/run`, {
    method: 'POST',
    body: photo,
    headers: { 'content-type': 'application/octet-stream' },
  });
  const answer = await response.json();
  const tookMs = Math.round(performance.now() - startMs);
  if (!response.ok) {
    await server.stop();
    fail(`${options.photo}: ${answer.error.message}`);
  }
  const plan = await (await fetch(`${adminUrl}/pipelines/ocr/plan`)).json();
  const lines = answer.row.lines.map(({ text, confidence }) => `  ${confidence.toFixed(2)}  ${text}`);
  console.log(`\nThe text in ${options.photo}, read in ${tookMs} ms:\n${lines.join('\n') || '  (none)'}`);
  console.log(`\nThe plan:\n${indent(plan.logical)}\nruns as\n${indent(plan.tasks)}`);
  console.log(`\nAddress: ${url}/pipelines/ocr/run (plans and statistics: ${adminUrl})`);
  console.log(`Try:     curl --data-binary @${options.photo} ${url}/pipelines/ocr/run`);
}

function indent(text) {
  return text.replace(/^/gm, '  ');
}

function fail(problem) {
  console.error(`✗ ${problem}`);
  process.exit(1);
}

// Installs, builds, starts the models in a process of their own, has the pipeline read a photo with them, and ends: node examples/triton/run.mjs [PHOTO]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const flowserve = file('../../dist/edges/cli/main.js');
const photo = process.argv[2] ?? file('../ocr/photos/cookbook-page.jpg');

await import('../../scripts/build.mjs');
// A narrow photo is scaled up: its tensor may be larger than what a server takes unless told otherwise.
const options = ['--port', '0', '--admin-port', '0', '--limit', 'maxBodyBytes=100000000'];
const models = spawn(process.execPath, [flowserve, 'serve', file('models.ts'), ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await addressOf(models);
console.error(`• two models, as a Triton server has them: curl ${url}/v2/models/text_detector`);
const env = { ...process.env, MODELS_URL: url };
const reading = spawn(process.execPath, [flowserve, 'run', file('pipeline.ts'), '--input', photo], {
  stdio: ['ignore', 'inherit', 'inherit'],
  env,
});
const [status] = await once(reading, 'exit');
models.kill();
await once(models, 'exit');
process.exitCode = status ?? 1;

/** Once it says that it serves. */
async function addressOf(server) {
  let said = '';
  server.stdout.setEncoding('utf8');
  for await (const text of server.stdout.iterator({ destroyOnReturn: false })) {
    said += text;
    const [, address] = /serving at (\S+)/.exec(said) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the models do not start');
}

// Steps that the other scripts share. Runs before anything is installed, so it uses Node alone.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const isWindows = process.platform === 'win32';

/** Runs a command in the repository and gives its exit status. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: isWindows, ...options });
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(signal === null ? (status ?? 1) : 1));
  });
}

/** Runs a step with a line of progress before and after it; ends the process when it fails. */
export async function step(title, command, args, options) {
  const startMs = Date.now();
  console.error(`• ${title} …`);
  const status = await run(command, args, options);
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`✗ ${title} failed after ${seconds} s`);
    process.exit(status);
  }
  console.error(`✓ ${title}: ${seconds} s`);
}

/** Installs what package-lock.json says, unless that has been done. */
export async function install() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!isSupported) {
    console.error(`FlowServe needs Node 20.19, 22.12 or newer; this is Node ${process.versions.node}.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  // The package of the ONNX runtime would otherwise download a GPU library that FlowServe does not need.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  await step('installing packages (one to three minutes)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env });
}

function isInstalled() {
  const installed = `${root}node_modules/.package-lock.json`;
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
}

/** The path of a tool that has been installed. */
export function tool(name) {
  return `${root}node_modules/.bin/${name}`;
}

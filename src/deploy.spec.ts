import { describe, expect, it } from 'vitest';
import { deploy } from './deploy.ts';
import { pipeline } from './pipeline.ts';
import { int32 } from './schema/column.ts';

const same = pipeline('same', { n: int32 }, (rows) => rows);

describe('deploy', () => {
  it('refuses an option that it does not have', async () => {
    const misspelled = { worker: 2 } as { readonly workers?: number };
    await expect(deploy(same, misspelled)).rejects.toThrow(
      '[OPTION_INVALID] deploy: there is no option "worker" (did you mean "workers"?)',
    );
  });

  it('takes each option that it has', async () => {
    const options = {
      workers: 1,
      maxQueue: 1,
      timeoutMs: 1000,
      graceMs: 0,
      rules: {},
      freezeRows: true,
      onCrash: () => {},
      module: undefined,
    };
    const deployment = await deploy(same, options);
    expect(await deployment.run([{ n: 1 }])).toEqual([{ n: 1 }]);
    await deployment.close();
  });
});

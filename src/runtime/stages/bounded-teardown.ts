import type { StageSpec } from '../../plan/stage.ts';
import type { LoadContext } from './built-in-stage.ts';

/** The same stage, whose `teardown` is waited for as long as the grace: one that does not settle would keep who closes the pipeline for ever. */
export function withBoundedTeardown(
  spec: StageSpec,
  { clock, graceMs, onOutput }: Pick<LoadContext, 'clock' | 'graceMs' | 'onOutput'>,
): StageSpec {
  const { name, teardown } = spec;
  if (teardown === undefined) return spec;
  const text = `its teardown was not done after ${graceMs} ms, so it is not waited for any more`;
  return {
    ...spec,
    async teardown(state) {
      let disarm = (): void => {};
      const timeIsUp = new Promise<void>((resolve) => {
        disarm = clock.after(graceMs, () => {
          onOutput({ stage: name, replica: 0, stream: 'stderr', text });
          resolve();
        });
      });
      try {
        await Promise.race([teardown(state), timeIsUp]);
      } finally {
        disarm();
      }
    },
  };
}

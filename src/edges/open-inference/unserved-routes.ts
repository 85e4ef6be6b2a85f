import { FlowError } from '../../errors/flow-error.ts';
import type { Route } from '../http/exchange.ts';

/** What clients of the protocol may ask for that is not served: each says so, where a path that is not there would leave it open. */
const unserved: readonly (readonly [what: string, methods: readonly Route['method'][], paths: readonly string[]])[] = [
  ['models are not loaded and unloaded one by one', ['POST'], ['/v2/repository/models/:name/load', '/v2/repository/models/:name/unload']],
  ['answers are not generated as text', ['POST'], ['/v2/models/:name/generate', '/v2/models/:name/generate_stream']],
  ['requests are not traced by this route', ['GET', 'POST'], ['/v2/trace/setting', '/v2/models/:name/trace/setting']],
  ['the log is not set by this route', ['GET', 'POST'], ['/v2/logging']],
  ['tensors are not taken from shared memory', ['GET'], sharedMemory('status', 'region/:name/status')],
  ['tensors are not taken from shared memory', ['POST'], sharedMemory('unregister', 'region/:name/register', 'region/:name/unregister')],
];

function sharedMemory(...actions: readonly string[]): readonly string[] {
  return ['/v2/systemsharedmemory', '/v2/cudasharedmemory'].flatMap((path) => actions.map((action) => `${path}/${action}`));
}

/** Routes that answer 501. */
export function unservedRoutes(): readonly Pick<Route, 'method' | 'path' | 'handle'>[] {
  return unserved.flatMap(([what, methods, paths]) =>
    paths.flatMap((path) =>
      methods.map((method) => ({
        method,
        path,
        handle: () => {
          throw new FlowError('EXTENSION_UNSUPPORTED', what);
        },
      })),
    ),
  );
}

import { FlowError } from '../../errors/flow-error.ts';
import { shortName } from '../../schema/json-value.ts';
import type { Route } from './exchange.ts';

/**
 * What is answered where no route has both the path and the method: 405 with the methods the path has, and a plain
 * list of them to OPTIONS; 404 for any other path. Errors are told as by the routes that begin alike.
 */
export function missingRoute(
  routes: readonly Route[],
): (method: string, url: string) => Pick<Route, 'isAlwaysOpen' | 'handle' | 'errorResponse'> {
  const patterns = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replace(/:name/g, '[^/]+').replace(/\./g, '\\.')}$`),
  }));
  const paths = new Set(routes.map(({ path }) => path));
  const hint = paths.has('/openapi.json') ? undefined : `The routes are ${[...paths].join(', ')}.`;
  return (method, url) => {
    const [path = ''] = url.split('?', 1);
    const methods = path === '*' ? ['GET', 'POST'] : patterns.filter(({ pattern }) => pattern.test(path)).map((known) => known.method);
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    return {
      isAlwaysOpen: false,
      errorResponse: routes.find((route) => firstSegment(route.path) === firstSegment(path))?.errorResponse,
      handle: () => {
        if (methods.length === 0) throw new FlowError('ROUTE_UNKNOWN', `there is no route ${shortName(path)}`, { hint });
        if (method === 'OPTIONS') return { status: 204, headers: { allow }, body: '' };
        throw new MethodError(`${shortName(path)} does not take ${method}`, allow);
      },
    };
  };
}

function firstSegment(path: string): string | undefined {
  return path.split('/', 2)[1];
}

/** METHOD_UNKNOWN with the methods that a path takes, for the header Allow. */
export class MethodError extends FlowError {
  readonly allow: string;

  constructor(problem: string, allow: string) {
    super('METHOD_UNKNOWN', problem);
    this.allow = allow;
  }
}

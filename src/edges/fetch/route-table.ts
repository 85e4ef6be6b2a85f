import { FlowError } from '../../errors/flow-error.ts';
import { shortName } from '../../schema/json-value.ts';
import type { Route } from '../http/exchange.ts';
import { missingRoute } from '../http/missing-route.ts';

/** A route, or what is answered in its place, and the NAME in the path. */
export interface Found {
  readonly route: Pick<Route, 'isAlwaysOpen' | 'handle' | 'onFailure' | 'errorResponse'>;
  readonly name: string;
}

/** Finds the route of a method and a path as the server's router does: GET answers HEAD too, and names are decoded. */
export function routeTable(routes: readonly Route[], basePath: string): (method: string, path: string) => Found {
  const table = routes.map((route) => ({ route, segments: route.path.split('/') }));
  const missing = missingRoute(routes);
  return (method, path) => {
    if (basePath !== '' && !path.startsWith(`${basePath}/`)) return refusal(notMounted(path, basePath));
    const below = path.slice(basePath.length);
    const segments = decodedSegments(below);
    if (segments === undefined) return refusal(new FlowError('HTTP_INVALID', 'the path is not valid percent-encoding'));
    const found = table.find((known) => answers(known.route, method) && fits(known.segments, segments));
    if (found === undefined) return { route: missing(method, below), name: '' };
    return { route: found.route, name: segments[found.segments.indexOf(NAME)] ?? '' };
  };
}
const NAME = ':name';

function answers(route: Route, method: string): boolean {
  return route.method === method || (route.method === 'GET' && method === 'HEAD');
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, i) => part === NAME || part === segments[i]);
}

/** Undefined where the path is not valid percent-encoding. */
function decodedSegments(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function notMounted(path: string, basePath: string): FlowError {
  return new FlowError('ROUTE_UNKNOWN', `there is no route ${shortName(path)}`, {
    hint: `The routes are below ${basePath}; GET ${basePath}/openapi.json lists them.`,
  });
}

function refusal(error: FlowError): Found {
  return {
    name: '',
    route: {
      isAlwaysOpen: true,
      handle() {
        throw error;
      },
    },
  };
}

import { jsonResponse, type Route } from './exchange.ts';

/** Whether the process runs, and whether it takes requests: what a load balancer asks. Both answer at any time. */
export function healthRoutes(isReady: () => boolean): readonly Route[] {
  return [
    { method: 'GET', path: '/health/live', isAlwaysOpen: true, handle: () => jsonResponse({ live: true }) },
    {
      method: 'GET',
      path: '/health/ready',
      isAlwaysOpen: true,
      handle: () => (isReady() ? jsonResponse({ ready: true }) : jsonResponse({ ready: false }, 503)),
    },
  ];
}

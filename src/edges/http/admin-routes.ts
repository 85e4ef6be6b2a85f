import { planJson } from '../../plan/plan-json.ts';
import { portablePlan } from '../../plan/portable.ts';
import { printPlan } from '../../plan/print.ts';
import { printTasks } from '../../plan/task.ts';
import { METRICS_TYPE, metricsText } from '../metrics/metrics-text.ts';
import { jsonResponse, type Route } from './exchange.ts';
import type { ServedPipelines } from './served-pipelines.ts';

/** The routes of the admin listener: how pipelines run, for those who run them. */
export function adminRoutes(pipelines: ServedPipelines, workers: number): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/pipelines/:name/plan',
      isAlwaysOpen: false,
      handle: ({ name }) => {
        const { plan, physicalPlan } = pipelines.deployment(name);
        return jsonResponse({
          logical: printPlan(plan.output),
          tasks: printTasks(physicalPlan, workers),
          plan: planJson(plan),
          physical: portablePlan(physicalPlan),
        });
      },
    },
    {
      method: 'GET',
      path: '/pipelines/:name/statistics',
      isAlwaysOpen: false,
      handle: ({ name }) => jsonResponse(pipelines.deployment(name).statistics()),
    },
    {
      method: 'GET',
      path: '/statistics',
      isAlwaysOpen: false,
      handle: () => jsonResponse({ pipelines: pipelines.all.map(({ plan }) => pipelines.deployment(plan.name).statistics()) }),
    },
    {
      method: 'GET',
      path: '/metrics',
      // Who watches must see that it starts, and that it ends.
      isAlwaysOpen: true,
      handle: () => async () => ({
        status: 200,
        headers: { 'content-type': METRICS_TYPE },
        body: await metricsText(pipelines.statistics()),
      }),
    },
  ];
}

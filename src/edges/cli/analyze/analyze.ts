import { FlowError } from '../../../errors/flow-error.ts';
import type { LogicalPlan } from '../../../plan/node.ts';
import { planJson } from '../../../plan/plan-json.ts';
import type { DeploymentStatistics } from '../../../serving/deployment.ts';
import { answeredError, unreachable } from '../bench/target.ts';
import { observe } from './observed.ts';
import { printObserved } from './print-observed.ts';

/** Where a server tells how it runs. */
export interface AdminAddress {
  readonly url: string;
  readonly token: string | undefined;
}

/** What a running server has measured of a pipeline. Errors: OPTION_INVALID, ADDRESS_INVALID, and those that the server answers. */
export async function analyze(plan: LogicalPlan, admin: AdminAddress): Promise<string> {
  const statistics = (await ask(admin, `/pipelines/${plan.name}/statistics`)) as DeploymentStatistics;
  const { plan: running } = (await ask(admin, `/pipelines/${plan.name}/plan`)) as { readonly plan: { readonly hash: string } };
  const note = running.hash === planJson(plan).hash ? '' : 'The server runs another version of this pipeline than the file has.\n';
  return note + printObserved(observe(plan, statistics));
}

async function ask({ url, token }: AdminAddress, path: string): Promise<unknown> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new FlowError('OPTION_INVALID', `--analyze must be the admin address of a server but is ${JSON.stringify(url)}`, {
      hint: 'Give it as flowserve serve prints it, such as --analyze http://127.0.0.1:8081.',
    });
  }
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url.replace(/\/+$/, '') + path, { headers }).catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  const text = await response.text();
  if (!response.ok) throw answeredError(response.status, text);
  return JSON.parse(text);
}

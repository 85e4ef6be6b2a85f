import { FlowError } from '../errors/flow-error.ts';
import type { Branches } from '../plan/branches.ts';
import type { TableNumber } from '../plan/task.ts';
import { forestalled } from './forestalled.ts';
import { isPromise, type Maybe } from './maybe.ts';
import { RequestScope } from './request-scope.ts';
import type { Table } from './table.ts';

/** Why an alternative ends that nobody waits for. One for all, as of those that lost. */
const answered = new FlowError('REQUEST_CANCELLED', 'the request of an anyOf has been answered');

/** The alternatives of one request: each runs in a scope of its own, which ends with its request, or when another is there first. */
export class Races {
  readonly #branches: Branches;
  readonly #scope: RequestScope;
  readonly #root: number | null;
  readonly #scopes = new Map<number, RequestScope>();
  readonly #decided = new Set<TableNumber>();

  /** The scope is that of the branch `root`: a thread is given a task of one branch with the scope of that branch. */
  constructor(branches: Branches, scope: RequestScope, root: number | null) {
    this.#branches = branches;
    this.#scope = scope;
    this.#root = root;
  }

  /** The scope that steps of a branch run in. */
  scopeOf(branch: number | null): RequestScope {
    if (branch === null || branch === this.#root) return this.#scope;
    const known = this.#scopes.get(branch);
    if (known !== undefined) return known;
    const scope = RequestScope.within(this.scopeOf(this.#branches.list[branch]?.parent ?? null));
    this.#scopes.set(branch, scope);
    return scope;
  }

  /** Says that a table is there or under way; the first of the alternatives that is there ends the others. */
  made(table: TableNumber, value: Maybe<Table>): void {
    const fed = this.#branches.fedBy(table);
    if (fed.length === 0) return;
    const decide = (): void => {
      for (const branch of fed) this.#decide(branch);
    };
    if (isPromise(value)) value.then(decide, () => {});
    else decide();
  }

  /** Says what the request is answered: once it is there, or has failed, nobody waits for an alternative of an open race. */
  endWith(answer: Maybe<Table>): void {
    const end = (): void => {
      for (const [branch, scope] of this.#scopes) if (!this.#isDecided(branch)) scope.end(answered);
    };
    if (isPromise(answer)) answer.then(end, end);
    else end();
  }

  #isDecided(branch: number): boolean {
    const race = this.#branches.list[branch]?.race;
    return race !== undefined && this.#decided.has(race);
  }

  #decide(winner: number): void {
    const { list } = this.#branches;
    const race = list[winner]?.race;
    if (race === undefined || this.#decided.has(race)) return;
    this.#decided.add(race);
    for (const branch of list.keys()) {
      if (branch !== winner && list[branch]?.race === race) this.scopeOf(branch).end(forestalled);
    }
  }
}

/** The first table that is there; when all alternatives fail, the failure of the first of them. */
export function firstOf(alternatives: readonly Maybe<Table>[]): Maybe<Table> {
  const there = alternatives.find((table) => !isPromise(table));
  if (there !== undefined) return there;
  return Promise.any(alternatives).catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors[0] : error;
  });
}

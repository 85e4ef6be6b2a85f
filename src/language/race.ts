import { FlowError } from '../errors/flow-error.ts';
import { DEFAULT_BUDGET, type Race } from '../plan/race.ts';
import { describeValue } from '../schema/column.ts';
import { checkOptions } from './options.ts';

/**
 * How calls of a stage are raced, which the first answer wins: `copies` run at once from the start, a `hedge` starts one copy after a delay that
 * adapts, within a budget (0.05 when not said) of extra work, and `'auto'` does whichever pays.
 */
export type RaceOption = { readonly copies: number } | { readonly hedge: true | { readonly budget?: number | undefined } } | 'auto';

/** Gives the race of a stage's option; undefined where it is not raced. Errors: OPTION_INVALID. */
export function raceOf(race: unknown, effects: boolean, where: string): Race | undefined {
  if (race === undefined) return undefined;
  if (effects) {
    throw new FlowError('OPTION_INVALID', `${where}: race would run a call several times, and the stage has effects`, {
      hint: 'Leave out race, or effects where another call changes nothing.',
    });
  }
  if (race === 'auto') return { kind: 'auto' };
  if (typeof race !== 'object' || race === null) throw noRace(race, where);
  checkOptions(race, ['copies', 'hedge'], `${where}: race`);
  const { copies, hedge } = race as { readonly copies?: unknown; readonly hedge?: unknown };
  if ((copies === undefined) === (hedge === undefined)) throw noRace(race, where);
  return hedge === undefined ? copiesOf(copies, where) : hedgeOf(hedge, where);
}

function noRace(race: unknown, where: string): FlowError {
  const shown =
    typeof race === 'object' && race !== null ? `has ${Object.keys(race).join(' and ') || 'neither'}` : `is ${describeValue(race)}`;
  return new FlowError('OPTION_INVALID', `${where}: race must have either copies or hedge, or be 'auto', but ${shown}`, {
    hint: "Write race: { copies: 3 }, race: { hedge: true } or race: 'auto'.",
  });
}

function copiesOf(copies: unknown, where: string): Race {
  if (Number.isSafeInteger(copies) && Number(copies) >= 2 && Number(copies) <= MAX_COPIES)
    return { kind: 'copies', copies: Number(copies) };
  throw new FlowError(
    'OPTION_INVALID',
    `${where}: race: copies must be a whole number from 2 to ${MAX_COPIES} but is ${describeValue(copies)}`,
  );
}

/** Beyond this even exponential times gain less than a sixteenth by one more. */
const MAX_COPIES = 16;

function hedgeOf(hedge: unknown, where: string): Race {
  if (hedge === true) return { kind: 'hedge', budget: DEFAULT_BUDGET };
  if (typeof hedge !== 'object' || hedge === null) {
    throw new FlowError('OPTION_INVALID', `${where}: race: hedge must be true or { budget } but is ${describeValue(hedge)}`);
  }
  checkOptions(hedge, ['budget'], `${where}: race: hedge`);
  const { budget = DEFAULT_BUDGET } = hedge as { readonly budget?: unknown };
  if (typeof budget === 'number' && budget > 0 && budget <= 1) return { kind: 'hedge', budget };
  throw new FlowError(
    'OPTION_INVALID',
    `${where}: race: budget must be a share of work above 0 and at most 1 but is ${describeValue(budget)}`,
  );
}

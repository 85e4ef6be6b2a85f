import { stage } from 'flowserve';
import { picture } from '../image/picture.ts';
import { halfTurn } from '../image/turn.ts';

/** Turns a line upside down. */
export const turn = stage({
  name: 'turn',
  input: { line: picture },
  output: { line: picture },
  run: ({ line }) => ({ line: halfTurn(line) }),
});

import { randomBytes } from 'node:crypto';

/** A client's id is taken where it can stand in a header and in a line of the log. */
const SANE = /^[\x21-\x7e]{1,128}$/;

/** Gives each request its id: the client's own where it is sane, a new one otherwise. */
export function requestIds(prefix = randomBytes(6).toString('base64url')): (given: string | undefined) => string {
  let made = 0;
  return (given) => {
    if (given !== undefined && SANE.test(given)) return given;
    made++;
    return `${prefix}-${made.toString(36)}`;
  };
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { FlowError } from '../../errors/flow-error.ts';
import type { Doorman } from './answerer.ts';
import { headerOf } from './exchange.ts';

/**
 * Lets in only who sends the token; undefined where none is needed: on a loopback address without one.
 * Errors: OPTION_INVALID when an address that others can reach has no token.
 */
export function adminDoorman(host: string, token: string | undefined): Doorman | undefined {
  if (token !== undefined && token !== '') return bearer(token);
  if (isLoopback(host)) return undefined;
  throw new FlowError('OPTION_INVALID', `the admin address ${host} can be reached from other machines, so it needs a token`, {
    hint: 'Give adminToken, or leave out adminHost: then only this machine can reach it.',
  });
}

/** Compares digests, which have one length: the time it takes tells nothing of the token. */
function bearer(token: string): Doorman {
  const wanted = digest(`Bearer ${token}`);
  return (headers) => {
    const given = headerOf(headers, 'authorization');
    if (given !== undefined && timingSafeEqual(digest(given.replace(SCHEME, 'Bearer ')), wanted)) return;
    const found = given === undefined ? 'the header authorization is missing' : 'the header authorization has another token';
    throw new FlowError('TOKEN_INVALID', found);
  };
}
/** The scheme's name has no case. */
const SCHEME = /^bearer /i;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

import { errorTextOf } from '../../protocol/open-inference/infer-reply.ts';
import type { HttpReply } from './http-client.ts';

const MAX_QUOTED = 300;

/** What a server says of its error, in one line as long as a person reads. */
export function errorText({ body }: HttpReply): string {
  return oneLine(errorTextOf(body));
}

/** What another server chose: without line ends and control characters, and not too long. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= MAX_QUOTED ? line : `${line.slice(0, MAX_QUOTED)}…`;
}

/** What became of a connection, by the error of the system or of the client. */
export function lossText(cause: Error): string {
  const errors = cause instanceof AggregateError ? cause.errors : [cause];
  // Several addresses of one name fail alike mostly.
  const first: unknown = errors[0] ?? cause;
  const message = first instanceof Error ? first.message : '';
  if (first instanceof Error && 'code' in first && first.code === NO_TLS) return 'it does not speak TLS, so its url begins with http://';
  return message === '' || message === 'other side closed' ? 'the connection was closed before the reply was there' : oneLine(message);
}

/** Whether a connection ended because the server's certificate is not trusted, which it will not be in a moment either. */
export function isUntrusted(cause: Error): boolean {
  return 'code' in cause && typeof cause.code === 'string' && UNTRUSTED.test(cause.code);
}

/** The names that Node has for what OpenSSL finds wrong with a certificate. */
const UNTRUSTED = /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED)/;

/** Of OpenSSL, whose message is a line of its source. */
const NO_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';

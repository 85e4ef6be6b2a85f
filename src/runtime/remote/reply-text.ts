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

/** Of OpenSSL, whose message is a line of its source. */
const NO_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';

import { promisify } from 'node:util';
import { constants, createGunzip, createInflate, deflate, gzip } from 'node:zlib';
import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import { shortName } from '../../schema/json-value.ts';
import { BodyBytes } from '../http/body-bytes.ts';
import { type HttpHeaders, headerOf } from '../http/exchange.ts';
import { CodingError } from './error-response.ts';

/** A compression that requests and answers may have; deflate is the one in the frame of zlib, as HTTP means it. */
export type Coding = 'gzip' | 'deflate';

/** In threads of the runtime: a large body would hold the event loop up. */
const inflaters = { gzip: createGunzip, deflate: createInflate };
const deflaters = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** How a body is compressed; undefined where it is not. EXTENSION_UNSUPPORTED for a coding that is not known, or several. */
export function codingOf(headers: HttpHeaders): Coding | undefined {
  const header = headerOf(headers, 'content-encoding');
  if (header === undefined) return undefined;
  const coding = header.trim().toLowerCase();
  if (coding === 'gzip' || coding === 'deflate') return coding;
  if (coding === '' || coding === 'identity') return undefined;
  throw new CodingError(`the body has the content encoding "${shortName(header)}", which is not known`);
}

/**
 * The body as it was before it was compressed. `take` is told of each part of it before there is a next, and refuses it by throwing: a small body may
 * unpack to a thousand times its size. Errors: BODY_TOO_LARGE beyond `maxBytes`, of which no more are made; BODY_INVALID.
 */
export async function decompressed(coding: Coding, body: Buffer, maxBytes: number, take: (bytes: number) => void): Promise<Buffer> {
  const inflater = inflaters[coding]();
  const whole = new BodyBytes(0);
  inflater.end(body);
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      if (whole.length + chunk.length > maxBytes) throw tooLarge(maxBytes);
      take(chunk.length);
      whole.add(chunk);
    }
  } catch (cause) {
    throw isFlowError(cause) ? cause : new FlowError('BODY_INVALID', `the body is not ${coding}: ${messageOf(cause)}`, { cause });
  }
  return whole.take();
}

function tooLarge(maxBytes: number): FlowError {
  return new FlowError('BODY_TOO_LARGE', `the body is larger than ${maxBytes} bytes once it is unpacked, the limit maxBodyBytes`);
}

/** A body compressed with the least effort: tensors hardly repay more. */
export function compressed(coding: Coding, body: string | Buffer): Promise<Buffer> {
  return deflaters[coding](body, { level: constants.Z_BEST_SPEED });
}

/** What a client would rather have than the body as it is: the first of its best. */
export function wantedCoding(headers: HttpHeaders): Coding | undefined {
  const header = headerOf(headers, 'accept-encoding');
  if (header === undefined) return undefined;
  let best: Coding | undefined;
  let bestQuality = 0;
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';');
    const coding = name.trim();
    const quality = qualityIn(parameters);
    if ((coding !== 'gzip' && coding !== 'deflate') || !(quality > bestQuality)) continue;
    best = coding;
    bestQuality = quality;
  }
  return best;
}

function qualityIn(parameters: readonly string[]): number {
  const given = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  return given === undefined ? 1 : Number(given.slice(2));
}

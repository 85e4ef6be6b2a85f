import type { ByteBudget } from '../http/byte-budget.ts';
import { type BodyHandler, byteLengthOf, type HttpRequest, type HttpResponse, headerOf, wholeOf } from '../http/exchange.ts';
import { type Coding, codingOf, compressed, decompressed, wantedCoding } from './content-coding.ts';
import { type InferSettings, infer } from './infer.ts';

/** Answers infer requests, also such as are compressed or ask for a compressed answer. */
export function inferHandler(settings: InferSettings, budget: ByteBudget): (request: HttpRequest) => BodyHandler {
  return (request) => {
    const coding = codingOf(request.headers);
    const wanted = headerOf(request.headers, 'accept-encoding') === undefined ? undefined : wantedCoding(request.headers);
    const answer = infer(settings, request);
    if (coding === undefined && wanted === undefined) return answer;
    return async (body) => {
      let taken = 0;
      // What has been read has been counted; what unpacking makes is counted here.
      const take = (bytes: number): void => {
        budget.take(bytes);
        taken += bytes;
      };
      try {
        const plain = coding === undefined ? body : await decompressed(coding, body, settings.limits.maxBodyBytes, take);
        return await compressedResponse(wanted, await answer(plain));
      } finally {
        budget.giveBack(taken);
      }
    };
  };
}

/** The length of the JSON counts what it is before it is compressed. */
async function compressedResponse(coding: Coding | undefined, response: HttpResponse): Promise<HttpResponse> {
  const { headers, body } = response;
  if (coding === undefined || byteLengthOf(body) < MIN_BYTES) return response;
  const encoded = { 'content-encoding': coding, vary: 'accept-encoding' };
  return { ...response, headers: { ...headers, ...encoded }, body: await compressed(coding, wholeOf(body)) };
}
/** Less hardly gets smaller. */
const MIN_BYTES = 256;

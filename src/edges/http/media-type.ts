/** The media type of a content-type header without its parameters, in lower case. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  // Nearly every request: nothing to cut off or to lower.
  if (header === undefined || header === 'application/json') return header;
  const [type = ''] = header.split(';', 1);
  return type.trim().toLowerCase();
}

/** application/json, or a type made of it such as application/ld+json. */
export function isJson(mediaType: string | undefined): boolean {
  return mediaType === 'application/json' || (mediaType !== undefined && JSON_SUFFIX.test(mediaType));
}
const JSON_SUFFIX = /^[^/\s]+\/[^/\s]+\+json$/;

/** The charset that a content-type header names, in lower case. */
export function charsetOf(header: string): string | undefined {
  return CHARSET.exec(header)?.[1]?.toLowerCase();
}
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Whether an accept header names this media type itself; `*\/*` is what clients send that have no wish. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || !header.toLowerCase().includes(mediaType)) return false;
  return header.split(',').some((range) => mediaTypeOf(range) === mediaType && !REFUSED.test(range));
}
const REFUSED = /;\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$)/i;

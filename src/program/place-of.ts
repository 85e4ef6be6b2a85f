import { fileURLToPath } from 'node:url';

/** The first place in the user's own files that an error came through, as `file:line:column`: not in a package, Node or FlowServe. */
export function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack.split('\n').map((line) => FRAME.exec(line)?.[1]);
  return places.find(
    (place) => place !== undefined && !place.includes('/node_modules/') && !OWN_FOLDERS.some((folder) => place.startsWith(folder)),
  );
}
/** A frame whose place is an absolute path: `at f (/a/b.ts:1:2)` or `at file:///a/b.ts:1:2`. Node's own are `node:internal/…`. */
const FRAME = /^\s*at (?:.*? \()?(?:async )?(?:file:\/\/)?(\/.+:\d+:\d+)\)?$/;
const OWN_FOLDERS = ['src', 'dist'].map((name) => fileURLToPath(new URL(`../../${name}/`, import.meta.url)));

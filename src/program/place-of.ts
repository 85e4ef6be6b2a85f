import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/**
 * The first place in the user's own files that an error came through, as `file:line:column`: not in a package, Node or FlowServe.
 * Of an error of Python it is `file:line`.
 */
export function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack.split('\n').map((line) => FRAME.exec(line)?.[1]);
  const place = places.find(
    (place) => place !== undefined && !place.includes('/node_modules/') && !OWN_FOLDERS.some((folder) => place.startsWith(folder)),
  );
  return place ?? placeInPython(stack);
}
/** A frame whose place is an absolute path: `at f (/a/b.ts:1:2)` or `at file:///a/b.ts:1:2`. Node's own are `node:internal/…`. */
const FRAME = /^\s*at (?:.*? \()?(?:async )?(?:file:\/\/)?(\/.+:\d+:\d+)\)?$/;
const packageFolder = dirname(createRequire(import.meta.url).resolve('#package'));
const OWN_FOLDERS = ['src', 'dist'].map((name) => join(packageFolder, name, sep));

/** A traceback has the innermost call last. */
function placeInPython(traceback: string): string | undefined {
  const frames = traceback.split('\n').map((line) => PYTHON_FRAME.exec(line));
  return frames.flatMap((frame) => (frame === null || PYTHON_PACKAGE.test(frame[1] ?? '') ? [] : [`${frame[1]}:${frame[2]}`])).at(-1);
}
const PYTHON_FRAME = /^\s*File "(\/.+)", line (\d+)/;
const PYTHON_PACKAGE = /\/(?:site|dist)-packages\/|\/lib\/python3(?:\.\d+)?\//;

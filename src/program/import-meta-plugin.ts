import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const SHARED = '#shared';

/** Ends what is put before the user's first line, so that messages about that line can leave it out. */
export const END_OF_BINDINGS = '/*flowserve*/';

/**
 * Keeps `import.meta` (whole or by property), `__dirname` and `__filename` about the original file, in each file of the bundle.
 *
 * `define` names one identifier for all files, and each file that needs it gets its own binding of that name on its first line, so
 * strings, comments and local variables stay as they are and line numbers hold. `import.meta` comes by an import, not a `const`:
 * imports run first, so a function called early in a cycle of imports sees it too.
 */
export function importMetaPlugin(): Plugin {
  return {
    name: 'flowserve-import-meta',
    setup(build) {
      build.initialOptions.define = {
        ...build.initialOptions.define,
        'import.meta': '__flowserveMeta',
        __dirname: '__flowserveDirname',
        __filename: '__flowserveFilename',
      };
      build.onResolve({ filter: /^flowserve-meta:/ }, ({ path }) => ({
        path: path.slice('flowserve-meta:'.length),
        namespace: 'flowserve-meta',
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: 'flowserve-meta' }, ({ path }) => ({
        contents: path === SHARED ? META_OF : metaModule(path),
        loader: 'js',
      }));
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const bindings = bindingsFor(path, source);
        return bindings === '' ? undefined : { contents: insertBeforeCode(source, bindings), loader: loaderOf(path) };
      });
    },
  };
}

function bindingsFor(path: string, source: string): string {
  const meta = /\bimport\s*\.\s*meta\b/.test(source) ? `import __flowserveMeta from ${JSON.stringify(`flowserve-meta:${path}`)};` : '';
  const names = /\b__(?:dir|file)name\b/.test(source)
    ? `const __flowserveDirname = ${JSON.stringify(dirname(path))}, __flowserveFilename = ${JSON.stringify(path)};`
    : '';
  return meta + names === '' ? '' : meta + names + END_OF_BINDINGS;
}

function insertBeforeCode(source: string, bindings: string): string {
  const start = source.startsWith('#!') ? source.indexOf('\n') + 1 : 0;
  return source.slice(0, start) + bindings + source.slice(start);
}

/** As esbuild's own table: a `.js` file may hold no JSX. */
function loaderOf(path: string): 'js' | 'jsx' | 'ts' | 'tsx' {
  if (path.endsWith('.tsx')) return 'tsx';
  if (path.endsWith('.jsx')) return 'jsx';
  return /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
}

function metaModule(path: string): string {
  const values = [pathToFileURL(path).href, dirname(path), path].map((value) => JSON.stringify(value)).join(', ');
  return `import { metaOf } from 'flowserve-meta:${SHARED}'; export default /* @__PURE__ */ metaOf(${values});`;
}

/** Node offers no resolve from another file by the rules of `import`; a package is found by those of `require` here. */
const META_OF = `
import { createRequire, isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
export const metaOf = (url, dirname, filename) => ({ url, dirname, filename, resolve(specifier) {
  if (/^\\.{0,2}\\//.test(specifier)) return new URL(specifier, url).href;
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : 'node:' + specifier;
  if (URL.canParse(specifier)) return specifier;
  return pathToFileURL(createRequire(url).resolve(specifier)).href;
} });`;

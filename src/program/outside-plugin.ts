import { isBuiltin } from 'node:module';
import { extname, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ImportKind, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { isFlowServe, runningModule } from './running-module.ts';

/** Everything but relative imports, which esbuild follows by itself fifty times faster, save those of files that only Node can load. */
const LEAVES_ITS_FOLDERS = /^[^.]|\.(?:cjs|node|wasm)$/;

/** Marks our own question to esbuild's resolver, which comes back through this plugin. */
const ASKED = Symbol('asked');

/** Leaves packages out of the bundle, each named by the absolute place that Node would choose, and FlowServe by its running copy. */
export function outsidePlugin(): Plugin {
  return {
    name: 'flowserve-outside',
    setup(build) {
      build.onResolve({ filter: LEAVES_ITS_FOLDERS, namespace: 'file' }, (args) =>
        args.kind === 'entry-point' || args.pluginData === ASKED ? undefined : place(build, args),
      );
    },
  };
}

async function place(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  const { kind, importer, namespace, resolveDir } = args;
  if (args.path.startsWith('flowserve-meta:') || args.path.startsWith('data:')) return undefined;
  if (isBuiltin(args.path)) return { path: args.path, external: true };
  if (isFlowServe(args.path)) {
    const running = runningModule(args.path);
    return running === undefined ? { errors: [{ text: `FlowServe has no part "${args.path}"` }] } : outside(running, kind);
  }

  const path = args.path.startsWith('file:') ? fileURLToPath(args.path) : args.path;
  const found = await build.resolve(path, { kind, importer, namespace, resolveDir, with: args.with, pluginData: ASKED });
  if (found.errors.length > 0)
    return mayFailLater(kind) ? { path: args.path, external: true } : { errors: found.errors.map(({ text }) => ({ text })) };
  if (found.external || found.namespace !== 'file') return found;
  if (staysOutside(found.path)) return outside(found.path, kind);
  return { path: found.path, suffix: found.suffix, sideEffects: found.sideEffects };
}

/** `require` takes paths only, and `import` on Windows takes URLs only. */
function outside(path: string, kind: ImportKind): OnResolveResult {
  return { path: kind.startsWith('require') ? path : pathToFileURL(path).href, external: true };
}

/** A package that may be missing is imported when it is needed, and its absence is caught there. */
function mayFailLater(kind: ImportKind): boolean {
  return kind === 'dynamic-import' || kind === 'require-call' || kind === 'require-resolve';
}

/**
 * TypeScript and JSON always go in: Node 20 takes neither as written. What Node alone can load never does.
 * The rest stays outside when it is installed; a workspace package is a link to a folder outside node_modules, hence goes in.
 */
function staysOutside(path: string): boolean {
  if (/^\.(?:[cm]?ts|tsx|jsx|json)$/.test(extname(path))) return false;
  return /^\.(?:cjs|node|wasm)$/.test(extname(path)) || path.includes(`${sep}node_modules${sep}`);
}

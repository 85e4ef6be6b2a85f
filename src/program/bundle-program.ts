import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildFailure, type BuildOptions, build, type Message, type OutputFile } from 'esbuild';
import { FlowError } from '../errors/flow-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import { bundleDirectory, writeAtomically } from './bundle-directory.ts';
import { END_OF_BINDINGS, importMetaPlugin } from './import-meta-plugin.ts';
import { keepConstants, type MappedCode } from './keep-constants.ts';
import { outsidePlugin } from './outside-plugin.ts';

interface BundleOptions {
  /** Where the bundle is written; default: `node_modules/.cache/flowserve` of the file's project, else a private folder in the system's temporary directory. */
  readonly directory?: string;
  /** A tsconfig.json other than the nearest one of each file. */
  readonly tsconfig?: string;
}

/** The user's program as one module. */
export interface Program {
  /** The user's file with symbolic links resolved. */
  readonly file: string;
  /** What the main thread and the workers import. Its last part changes exactly when the code does. */
  readonly url: string;
  readonly hash: string;
  /** Every local file in the bundle: what `flowserve dev` watches. */
  readonly inputs: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Bundles the user's TypeScript or JavaScript file with its local imports into one ES module that any thread can import.
 *
 * Packages stay outside, named by the file that Node would choose, so native packages load as always and the bundle may lie anywhere.
 * `import.meta` and `__dirname` speak of the original files; stack traces do so through the inline source map.
 * The text names absolute paths: it belongs to this machine and this checkout.
 * Errors: FILE_MISSING; FILE_BROKEN with one `file:line:column: message` per problem.
 */
export async function bundleProgram(file: string | URL, options: BundleOptions = {}): Promise<Program> {
  const entry = await realpathOfUserFile(file);
  const directory = await bundleDirectory(dirname(entry), options.directory);
  const result = await build(buildOptions(entry, directory, options)).catch((error: unknown) => {
    if (!isBuildFailure(error)) throw error;
    const problem = error.errors.map((message) => located(message, dirname(entry))).join('\n');
    throw new FlowError('FILE_BROKEN', problem, { cause: error, hint: hintFor(error.errors) });
  });
  const text = moduleText(result.outputFiles);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const path = join(directory, `${basename(entry).replace(/\.\w+$/, '')}-${hash}.mjs`);
  await writeAtomically(path, text);
  return {
    file: entry,
    url: pathToFileURL(path).href,
    hash,
    inputs: Object.keys(result.metafile.inputs)
      .filter(isFile)
      .map((input) => resolve(dirname(entry), input)),
    warnings: result.warnings.map((message) => located(message, dirname(entry))),
  };
}

async function realpathOfUserFile(file: string | URL): Promise<string> {
  const path = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : resolve(file);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new FlowError('FILE_MISSING', `${path} is a folder, not a file`);
  return realpath(path).catch(async (cause: unknown) => {
    const neighbours = await readdir(dirname(path)).catch(() => []);
    throw new FlowError('FILE_MISSING', `there is no file ${path}${didYouMean(basename(path), neighbours)}`, { cause });
  });
}

function buildOptions(entry: string, directory: string, { tsconfig }: BundleOptions) {
  return {
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    outfile: join(directory, 'bundle.mjs'), // Sources in the map are relative to it; the file itself is written under its hash.
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Set, even to Node's own extra two, it turns off "module", a condition of bundlers only.
    conditions: ['node-addons', 'module-sync'],
    mainFields: ['main'],
    sourcemap: 'external',
    metafile: true,
    write: false,
    logLevel: 'silent',
    // CommonJS files inside the bundle call require for packages and node: modules.
    banner: {
      js: `import { createRequire as __flowserveRequire } from 'node:module'; const require = __flowserveRequire(${JSON.stringify(pathToFileURL(entry).href)});`,
    },
    plugins: [outsidePlugin(), importMetaPlugin()],
    ...(tsconfig === undefined ? {} : { tsconfig }),
  } as const satisfies BuildOptions;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** Where packages alone are missing, the file need not be at fault. */
function hintFor(errors: readonly Message[]): string | undefined {
  const packages = errors.map(({ text }) => /^Could not resolve "((?:@[^/"]+\/)?[\w-][^/"]*)/.exec(text)?.[1]);
  if (packages.includes(undefined)) return undefined;
  return `Run npm install ${[...new Set(packages)].join(' ')}, or correct the import.`;
}

/** With the map inline, and in it the sources by their names alone. */
function moduleText(outputs: readonly OutputFile[]): string {
  const [module, sourceMap] = [outputs.find(isModule), outputs.find((output) => !isModule(output))] as [OutputFile, OutputFile]; // A build without errors has written both.
  const { code, map } = keepConstants({ code: module.text, map: JSON.parse(sourceMap.text) as MappedCode['map'] });
  const { sourcesContent: _, ...rest } = map;
  return `${code}//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(rest)).toString('base64')}\n`;
}

function isModule(output: OutputFile): boolean {
  return output.path.endsWith('.mjs');
}

/** Of the metafile's inputs, the rest are modules of plugins, data URLs and files that a package.json turns off. */
function isFile(input: string): boolean {
  return !/^(?:flowserve-meta:|<|\(disabled\))/.test(input);
}

/** Columns are counted from one in characters, as editors do, and without what was put before the user's first line; esbuild counts bytes from zero. */
function located({ location, text }: Message, directory: string): string {
  if (location === null) return text;
  const { file, line, column, lineText } = location;
  const bindings = lineText.indexOf(END_OF_BINDINGS);
  const start = bindings < 0 ? 0 : bindings + END_OF_BINDINGS.length;
  const before = Buffer.from(lineText).subarray(0, column).toString().length;
  return `${resolve(directory, file)}:${line}:${Math.max(before - start, 0) + 1}: ${text}\n  ${lineText.slice(start).trim()}`;
}

import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { tsc } from '../types/tsc.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A block of TypeScript of a page, which exports `rows` and shows them in a comment at its end. */
export interface Example {
  readonly section: string;
  readonly code: string;
  /** The rows shown, as code; null where none are. */
  readonly shown: string | null;
}

export function examplesIn(text: string): readonly Example[] {
  const sections = text.split(/^##+ /m).slice(1);
  return sections.flatMap((content) => {
    const section = content.slice(0, content.indexOf('\n'));
    return [...content.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => ({ section, code, shown: shownIn(code) }));
  });
}

function shownIn(code: string): string | null {
  const comment = /\n((?:\/\/ .*\n)+)$/.exec(code)?.[1];
  return comment === undefined ? null : comment.replaceAll(/^\/\/ /gm, '');
}

/** A folder under the repository, so that the compiler finds its types. */
export async function folderFor(page: string): Promise<string> {
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
  return mkdtemp(join(root, `node_modules/.cache/${page}-`));
}

/** What the compiler says of files in a folder of their own. */
export async function compiled(folder: string, files: Readonly<Record<string, string>>, compilerOptions: object = {}) {
  await Promise.all(Object.entries(files).map(([name, code]) => writeFile(join(folder, name), code)));
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions, include: Object.keys(files), exclude: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  return tsc('-p', relative(root, folder));
}

/** The rows that an example gives, and those that it shows. */
export async function runExample(folder: string, name: string, { code, shown }: Example): Promise<{ rows: unknown; shown: unknown }> {
  const program = await transform(`${code}\nexport const shown = ${shown};`, { loader: 'ts', format: 'esm' });
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, program.code.replace('"flowserve"', JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)));
  return (await import(pathToFileURL(file).href)) as { rows: unknown; shown: unknown };
}

/** The names of all verbs of a flow. */
export async function verbsOfFlow(): Promise<readonly string[]> {
  const flow = await readFile(join(root, 'src/language/flow.ts'), 'utf8');
  return [...new Set([...flow.matchAll(/^ {2}([a-z]\w*)[<(]/gm)].map(([, verb = '']) => verb))];
}

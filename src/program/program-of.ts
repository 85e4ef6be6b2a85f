/** The program that worker threads import for a file; null where none is given. The bundler is loaded only where one is. */
export async function programOf(module: string | URL | undefined): Promise<string | null> {
  if (module === undefined) return null;
  const { bundleProgram } = await import('./bundle-program.ts');
  return (await bundleProgram(module)).url;
}

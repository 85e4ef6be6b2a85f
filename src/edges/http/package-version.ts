import { createRequire } from 'node:module';

/** The version of this package. Not read before it is asked for: who reads a file holds all other requests up. */
export function packageVersion(): string {
  version ??= (createRequire(import.meta.url)('#package') as { readonly version: string }).version;
  return version;
}

let version: string | undefined;

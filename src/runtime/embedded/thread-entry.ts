import { createRequire } from 'node:module';

/**
 * The file that worker threads start from: always the built one, also for the package's own tests, which run its
 * TypeScript sources and whose workers could not.
 */
export function threadEntry(): string {
  return createRequire(import.meta.url).resolve('#thread');
}

import { readFileSync } from 'node:fs';

/** Read through the place of this file, which is not that of the program. */
export const motto = readFileSync(new URL('./motto.txt', import.meta.url), 'utf8');

/** The name of this file as it finds itself. */
export const here = import.meta.url;

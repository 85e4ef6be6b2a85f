import { cook } from '../recipes.mjs';

// The recipe stands in the address that this module is imported by.
export const recipe = cook(JSON.parse(decodeURIComponent(new URL(import.meta.url).search.slice(1))));

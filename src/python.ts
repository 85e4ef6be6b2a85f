export { python } from './language/python.ts';

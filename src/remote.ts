export { remote } from './language/remote.ts';

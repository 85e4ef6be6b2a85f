import { keyValueConformance } from './key-value.conformance.ts';
import { memoryKeyValue } from './memory.ts';

keyValueConformance('memory', () => memoryKeyValue('test'));

import { FlowError } from '../../errors/flow-error.ts';
import { isDeeperThan } from '../http/json-depth.ts';

/** Bounds the depth of the JSON that the first bytes of a body are. JSON_TOO_DEEP. */
export function checkDepth(body: Buffer, maxJsonDepth: number, jsonBytes = body.length): void {
  if (!isDeeperThan(body, maxJsonDepth, jsonBytes)) return;
  throw new FlowError('JSON_TOO_DEEP', `the arrays and objects of the body lie more than ${maxJsonDepth} deep, the limit maxJsonDepth`);
}

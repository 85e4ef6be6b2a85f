import { FlowError, isFlowError, messageOf } from '../../errors/flow-error.ts';
import { decodeModelMetadata } from '../../protocol/open-inference/model-metadata.ts';
import type { TensorMetadata } from '../../wire/metadata.ts';
import type { HttpReply } from './http-client.ts';
import type { ServerNames } from './remote-errors.ts';

/** A model as its server describes it. */
export interface RemoteModel {
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Inputs that need not be given. */
  readonly optional: ReadonlySet<string>;
  /** Undefined where the server does not say, or sets no bound. */
  readonly maxBatch: number | undefined;
  /** Whether tensors may be sent as bytes, and not only as JSON. */
  readonly isBinary: boolean;
}

/** What a server answers of a model, of itself, and of the model's configuration; the last two need not be there. */
interface Descriptions {
  readonly metadata: HttpReply;
  readonly server: HttpReply;
  readonly config: HttpReply;
}

/** Errors: REMOTE_INVALID for what does not describe a model. */
export function describeModel(names: ServerNames, { metadata, server, config }: Descriptions): RemoteModel {
  const { inputs, outputs } = metadataIn(names, metadata);
  const { max_batch_size: maxBatchSize, input } = objectIn(config);
  const { extensions } = objectIn(server);
  // Some write numbers as text.
  const maxBatch = Number(maxBatchSize ?? 0);
  const optional = (Array.isArray(input) ? input : []).filter((one) => one?.optional === true).map((one) => String(one.name));
  return {
    inputs,
    outputs,
    optional: new Set(optional),
    maxBatch: Number.isSafeInteger(maxBatch) && maxBatch > 0 ? maxBatch : undefined,
    // A server that does not tell its extensions is mostly behind something that passes models alone.
    isBinary: !Array.isArray(extensions) || extensions.includes('binary_tensor_data'),
  };
}
function metadataIn({ stage, model }: ServerNames, { body }: HttpReply): ReturnType<typeof decodeModelMetadata> {
  try {
    return decodeModelMetadata(body);
  } catch (cause) {
    const problem = isFlowError(cause) ? cause.problem : messageOf(cause);
    throw new FlowError('REMOTE_INVALID', `${stage}: ${model}: ${problem}`, { cause });
  }
}

/** Nothing where the server does not know the question, or answers otherwise than it should: it is asked for hints alone. */
function objectIn({ status, body }: HttpReply): Readonly<Record<string, unknown>> {
  if (status !== 200) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

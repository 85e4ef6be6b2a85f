import type { NamedTensor } from '../../wire/wire-tensor.ts';

/** What stands beside a request or a tensor: strings, numbers and booleans by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What a client asks of a model, whichever side holds it. */
export interface InferRequest extends Asked {
  readonly inputs: readonly NamedTensor[];
}

/** The same without what it asks about. */
export interface Asked {
  /** The client's own name for it, which the answer repeats. */
  readonly id: string | undefined;
  readonly parameters: Parameters;
  /** Undefined: all that the model has. */
  readonly outputs: readonly RequestedOutput[] | undefined;
}

/** An output by name, and whether its bytes shall follow the JSON, where the client says. */
export interface RequestedOutput {
  readonly name: string;
  readonly isBinary: boolean | undefined;
}

/** What a model answers. */
export interface InferReply {
  readonly modelName: string;
  readonly modelVersion: string | undefined;
  readonly id: string | undefined;
  readonly outputs: readonly NamedTensor[];
}

import type { Socket } from 'node:net';
import type { Datatype } from '../../src/schema/tensor.ts';

/** One tensor on the wire. */
interface WireTensor {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

type Tensors = Readonly<Record<string, WireTensor>>;

export interface BareModel {
  readonly name: string;
  readonly versions?: readonly string[];
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  readonly config?: object;
  readonly extensions?: readonly string[];
  readonly run: (given: Tensors) => Tensors;
}

/** What a call gets instead of its answer: a lost connection, nothing, or this reply, which may be cut short. */
export type Plan =
  | 'drop'
  | 'stall'
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | number>>;
      readonly body?: string | Uint8Array;
      readonly cutAt?: number;
    };

export interface Call {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly path: string;
  readonly json: {
    readonly id?: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly inputs: readonly (TensorMetadata & { readonly parameters: { readonly binary_data_size: number } })[];
    readonly outputs?: readonly { readonly name: string }[];
  };
  readonly connection: Socket;
}

/** A bare Open Inference server with one model, for specs: it answers as it is told to. */
export class ModelServer {
  static start(
    model: BareModel,
    options?: { readonly port?: number; readonly tls?: { readonly key: string; readonly cert: string } },
  ): Promise<ModelServer>;
  readonly url: string;
  readonly port: number;
  /** What was sent for inference, in order. */
  readonly calls: readonly Call[];
  /** How many calls were closed by the client before they were answered. */
  readonly abandoned: number;
  /** How many connections have been made. */
  readonly connections: number;
  /** What the next calls get instead of an answer, first come first served. */
  readonly plans: Plan[];
  /** What each later call gets instead, until it is taken back. */
  always: Plan | undefined;
  /** Whether the server says that it and its model are ready. */
  isReady: boolean;
  /** Settles when so many calls have come since the start. */
  called(times: number): Promise<void>;
  /** Settles when so many calls were given up by clients. */
  left(times?: number): Promise<void>;
  /** Ends at once, with all connections. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Gives each input as the output of the same place. */
export function echo(inputs: readonly TensorMetadata[], outputs: readonly TensorMetadata[]): BareModel['run'];

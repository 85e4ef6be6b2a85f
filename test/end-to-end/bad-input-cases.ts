/** One malformed request: the bytes as they go over the wire, and what it must be answered with. */
export interface BadRequest {
  readonly name: string;
  readonly bytes: Buffer;
  /** The status and code of the answer; null where the client does not wait for one. */
  readonly answer: { readonly status: number; readonly code: string | null } | null;
  /** What the client does after its last byte. */
  readonly afterwards: 'wait' | 'finish' | 'reset';
}

type Lines = readonly string[];

/** The row that every column of the pipeline "everything" takes; each case spoils one place. */
const goodRow = {
  text: 'a',
  bytes: 'AQID',
  bool: true,
  int32: 1,
  int64: '1',
  float32: 0.5,
  float64: 0.5,
  image: [[1], [2]],
  ids: ['1'],
  flags: [true],
  blobs: ['AQ=='],
  small: [1],
  half: [1],
  words: ['a'],
  box: { left: 1, label: 'x' },
  point: { x: 1 },
  maybe: 1,
};

function head(method: string, path: string, lines: Lines): string {
  return [`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close', ...lines, '', ''].join('\r\n');
}

function request(method: string, path: string, lines: Lines, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(head(method, path, [...lines, `content-length: ${bytes.length}`])), bytes]);
}

const jsonLine = 'content-type: application/json';
const runOf = (pipeline: string): string => `/pipelines/${pipeline}/run`;

function bad(
  name: string,
  bytes: Buffer | string,
  status: number,
  code: string | null,
  afterwards: BadRequest['afterwards'] = 'wait',
): BadRequest {
  return { name, bytes: Buffer.from(bytes), answer: { status, code }, afterwards };
}

function unheard(name: string, bytes: Buffer | string): BadRequest {
  return { name, bytes: Buffer.from(bytes), answer: null, afterwards: 'reset' };
}

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 48);

/** Values that do not fit, by column. */
const misfits: Readonly<Record<keyof typeof goodRow, readonly unknown[]>> = {
  text: [1, true, null, [], {}, ['a']],
  bytes: [1, null, 'a', 'AQI', 'AQ=', 'A Q I D', 'AQID\n', 'AQI-', '=AQI', 'AR==', 'ÄÄÄÄ', [1, 2], { '0': 1 }, 'data:;base64,AQID'],
  bool: [0, 1, 'true', null, [], {}],
  int32: ['1', 1.5, 2 ** 31, -(2 ** 31) - 1, 1e300, null, true, [], {}],
  int64: [
    1.5,
    2 ** 53,
    '1.5',
    '',
    ' 1',
    '1n',
    '0x10',
    '1e3',
    '9223372036854775808',
    '-9223372036854775809',
    '9'.repeat(1000),
    null,
    true,
    {},
  ],
  float32: ['0.5', 'nan', 'infinity', '+Infinity', '', null, true, [], {}],
  float64: ['0.5', 'NAN', 'Inf', null, false, [0.5], {}],
  image: [
    1,
    'x',
    null,
    [],
    [[1]],
    [[1], [2], [3]],
    [[1, 2], [3]],
    [1, 2],
    [[1], 2],
    [[[1]], [[2]]],
    [['1'], ['2']],
    [[null], [1]],
    [[1e39], [1]],
    {},
    { datatype: 'FP32' },
    { datatype: 'FP32', shape: [2, 1] },
    { datatype: 'FP64', shape: [2, 1], data: [1, 2] },
    { datatype: 'fp32', shape: [2, 1], data: [1, 2] },
    { datatype: '__proto__', shape: [2, 1], data: [1, 2] },
    { datatype: 'FP32', shape: [2, 1], data: [1] },
    { datatype: 'FP32', shape: [2, 1], data: [1, 2, 3] },
    { datatype: 'FP32', shape: [1, 2], data: [1, 2] },
    { datatype: 'FP32', shape: [2], data: [1, 2] },
    { datatype: 'FP32', shape: [2, -1], data: [1, 2] },
    { datatype: 'FP32', shape: [2, 0.5], data: [1] },
    { datatype: 'FP32', shape: [2, 4_000_000_000], data: [1, 2] },
    { datatype: 'FP32', shape: [2, 2 ** 53], data: [1, 2] },
    { datatype: 'FP32', shape: '2,1', data: [1, 2] },
    { datatype: 'FP32', shape: [2, 1], data: 'AAAA' },
    { datatype: 'FP32', shape: [2, 1], data: { '0': 1, length: 2 } },
    { datatype: 'FP32', shape: new Array(500).fill(1), data: [1] },
  ],
  ids: [['x'], [1.5], [2 ** 53], ['9223372036854775808'], [null], [true]],
  flags: [[1], ['true'], [null]],
  blobs: [['A'], [1], [[1]], 'AQ=='],
  small: [[256], [-1], [1.5], ['1'], [null]],
  half: [[70_000], ['x'], [null]],
  words: ['a', [1], ['a', null], {}, null, [['a']]],
  box: [null, [], 'x', {}, { left: 1 }, { left: '1', label: 'x' }, { left: 1, label: 'x', more: 1 }],
  point: [null, {}, { x: '1' }, [], 'x', 1],
  maybe: ['1', false, {}, 1.5],
};

const wrongValues = Object.entries(misfits).flatMap(([column, values]) =>
  values.map((value) =>
    bad(
      `column ${column} with ${brief(value)}`,
      request('POST', runOf('everything'), [jsonLine], JSON.stringify({ rows: [goodRow, { ...goodRow, [column]: value }] })),
      400,
      'ROW_INVALID',
    ),
  ),
);

function rowCase(name: string, body: string, code = 'ROW_INVALID', status = 400): BadRequest {
  return bad(name, request('POST', runOf('lengths'), [jsonLine], body), status, code);
}

const wrongRows = [
  rowCase('a missing column', '{"rows":[{}]}'),
  rowCase('a misspelt column', '{"rows":[{"wrod":"a"}]}'),
  rowCase('a column too many', '{"rows":[{"word":"a","more":1}]}'),
  rowCase('a column in another case', '{"rows":[{"Word":"a"}]}'),
  rowCase('a column of 100 000 characters', JSON.stringify({ word: 'a', ['x'.repeat(100_000)]: 1 })),
  rowCase('a thousand unknown columns', JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`c${i}`, i])))),
  rowCase('__proto__ as a column', '{"word":"a","__proto__":{"admin":true}}'),
  rowCase('only __proto__', '{"__proto__":{"word":"a"}}'),
  rowCase('constructor as a column', '{"word":"a","constructor":{"prototype":{"x":1}}}'),
  rowCase('toString as a column', '{"word":"a","toString":"x"}'),
  rowCase('a row that is null', '{"rows":[null]}'),
  rowCase('a row that is a number', '{"rows":[1]}'),
  rowCase('a row that is an array', '{"rows":[["a"]]}'),
  rowCase('a row that is text', '{"rows":["a"]}'),
  rowCase('rows inside rows', '{"rows":[{"rows":[{"word":"a"}]}]}'),
  rowCase('an empty object', '{}'),
  rowCase('a bad row after good ones', JSON.stringify({ rows: [...new Array(500).fill({ word: 'a' }), { word: 1 }] })),
  rowCase('more rows than maxRows', JSON.stringify({ rows: new Array(1001).fill({ word: 'a' }) }), 'ROWS_TOO_MANY', 413),
];

const wrongBodies = [
  ...[
    ['rows that are null', '{"rows":null}'],
    ['rows that are a number', '{"rows":7}'],
    ['rows that are an object', '{"rows":{"0":{"word":"a"}}}'],
    ['rows that are text', '{"rows":"word"}'],
    ['something beside rows', '{"rows":[],"more":1}'],
    ['a body that is an array', '[{"word":"a"}]'],
    ['a body that is null', 'null'],
    ['a body that is a number', '7'],
    ['a body that is text', '"word"'],
    ['an empty body', ''],
    ['white space alone', ' \r\n\t '],
    ['a word', 'hello'],
    ['half an object', '{"rows":[{"word":"a"'],
    ['half a string', '{"word":"a'],
    ['half an escape', '{"word":"a\\'],
    ['half a unicode escape', '{"word":"\\u12'],
    ['an unknown escape', '{"word":"\\x41"}'],
    ['a comma too many', '{"word":"a",}'],
    ['a comma missing', '{"word":"a" "more":1}'],
    ['two objects', '{"word":"a"}{"word":"b"}'],
    ['lines of JSON', '{"word":"a"}\n{"word":"b"}'],
    ['single quotes', "{'word':'a'}"],
    ['keys without quotes', '{word:"a"}'],
    ['a comment', '{"word":"a"/* yes */}'],
    ['NaN without quotes', '{"word":NaN}'],
    ['undefined', '{"word":undefined}'],
    ['Infinity without quotes', '{"rows":[{"word":Infinity}]}'],
    ['a number with leading zeros', '{"word":007}'],
    ['a line break in a string', '{"word":"a\nb"}'],
    ['a null byte', '{"word":"a\u0000"}'],
    ['a byte order mark', '\ufeff{"word":"a"}'],
    ['XML', '<rows><word>a</word></rows>'],
    ['a form', 'word=a&more=b'],
    ['closing brackets alone', ']]]]}}}}'],
    ['a quote alone', '"'],
    ['backslashes without end', `{"word":"${'\\'.repeat(9999)}`],
  ].map(([name = '', body = '']) => rowCase(name, body, 'BODY_INVALID')),
  ...[
    ['arrays 65 deep', `{"rows":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['arrays a million deep', '['.repeat(1_000_000)],
    ['objects a hundred thousand deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['depth after a string full of brackets', `{"word":"]]]]\\"${'}'.repeat(100)}","x":${'['.repeat(70)}`],
  ].map(([name = '', body = '']) => rowCase(name, body, 'JSON_TOO_DEEP')),
  ...[
    ['a lone continuation byte', [0x80]],
    ['half a character', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0xfc]],
  ].map(([name, bytes]) =>
    bad(
      `invalid UTF-8: ${String(name)}`,
      request(
        'POST',
        runOf('lengths'),
        [jsonLine],
        Buffer.concat([Buffer.from('{"word":"'), Buffer.from(bytes as number[]), Buffer.from('"}')]),
      ),
      400,
      'BODY_INVALID',
    ),
  ),
  bad('UTF-16', request('POST', runOf('lengths'), [jsonLine], Buffer.from('{"word":"a"}', 'utf16le')), 400, 'BODY_INVALID'),
  bad('gzip that does not say so', request('POST', runOf('lengths'), [jsonLine], Buffer.from([0x1f, 0x8b, 8, 0])), 400, 'BODY_INVALID'),
];

const good = '{"word":"a"}';
const mediaCase = (name: string, lines: Lines, code = 'MEDIA_UNSUPPORTED', status = 415): BadRequest =>
  bad(name, request('POST', runOf('lengths'), lines, good), status, code);

const wrongHeaders = [
  mediaCase('no content type', []),
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'json',
    '',
    ';',
    'application/jsonp',
    'text/json;',
  ].map((type) => mediaCase(`content type "${type}"`, [`content-type: ${type}`])),
  ...['latin1', 'utf-16', '"iso-8859-1"'].map((charset) =>
    mediaCase(`charset ${charset}`, [`content-type: application/json; charset=${charset}`]),
  ),
  ...['gzip', 'br', 'deflate', 'gzip, identity', 'x'].map((coding) =>
    mediaCase(`content encoding ${coding}`, [jsonLine, `content-encoding: ${coding}`]),
  ),
  ...['0', '-1', '1.5', 'x', '', '1e3', '0x10', '1, 2', 'Infinity', '١', '9'.repeat(100), '1 ms'].map((timeout) =>
    mediaCase(`x-timeout-ms "${timeout.slice(0, 12)}"`, [jsonLine, `x-timeout-ms: ${timeout}`], 'TIMEOUT_INVALID', 400),
  ),
  mediaCase('x-timeout-ms twice', [jsonLine, 'x-timeout-ms: 100', 'x-timeout-ms: 100'], 'TIMEOUT_INVALID', 400),
  mediaCase('an expectation nobody knows', [jsonLine, 'expect: 200-ok'], 'EXPECTATION_UNKNOWN', 417),
  mediaCase('a header of 20 000 bytes', [jsonLine, `x-long: ${'a'.repeat(20_000)}`], 'HEADERS_TOO_LARGE', 431),
  mediaCase('five thousand headers', [jsonLine, ...Array.from({ length: 5000 }, (_, i) => `x-${i}: ${i}`)], 'HEADERS_TOO_LARGE', 431),
  bad('a path of 20 000 bytes', head('GET', `/${'a'.repeat(20_000)}`, []), 431, 'HEADERS_TOO_LARGE'),
];

const wrongPlaces = [
  ...[
    '/',
    '/pipeline',
    '/pipelines/lengths/runs',
    '/pipelines/lengths/run/',
    '/pipelines//run',
    '//pipelines/lengths/run',
    '/favicon.ico',
    '/.env',
    '/pipelines/lengths/../../etc/passwd',
    '/admin',
    '/statistics',
    '/metrics',
    '/PIPELINES',
  ].map((path) => bad(`POST ${path}`, request('POST', path, [jsonLine], good), 404, path === '/pipelines//run' ? null : 'ROUTE_UNKNOWN')),
  ...[
    'other',
    'length',
    'LENGTHS',
    '%2e%2e',
    '__proto__',
    'constructor',
    'lengths%00',
    'lengths%2Frun',
    'a'.repeat(5000),
    '%F0%9F%98%80',
  ].map((name) => bad(`the pipeline ${name.slice(0, 20)}`, request('POST', runOf(name), [jsonLine], good), 404, 'PIPELINE_UNKNOWN')),
  ...['%', '%zz', '%C3%28', '%E0%A4%A'].map((name) =>
    bad(`the name ${name}`, request('POST', runOf(name), [jsonLine], good), 400, 'HTTP_INVALID'),
  ),
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'].map((method) =>
    bad(`${method} on run`, request(method, runOf('lengths'), [jsonLine], good), 405, 'METHOD_UNKNOWN'),
  ),
  ...['POST', 'PUT', 'DELETE'].map((method) =>
    bad(`${method} on /pipelines`, request(method, '/pipelines', [jsonLine], good), 405, 'METHOD_UNKNOWN'),
  ),
  bad('POST on /health/live', request('POST', '/health/live', []), 405, 'METHOD_UNKNOWN'),
];

const chunked = (body: string, lines: Lines = []): string =>
  head('POST', runOf('lengths'), [jsonLine, 'transfer-encoding: chunked', ...lines]) + body;
const invalid = (name: string, bytes: Buffer | string, afterwards: BadRequest['afterwards'] = 'wait'): BadRequest =>
  bad(`HTTP: ${name}`, bytes, 400, 'HTTP_INVALID', afterwards);

const wrongHttp = [
  invalid('nonsense', 'hello\r\n\r\n'),
  invalid('bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10])),
  invalid('a TLS greeting', Buffer.from('16030100ba010000b60303', 'hex')),
  invalid('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  invalid('an unknown method', 'BREW / HTTP/1.1\r\nhost: x\r\n\r\n'),
  invalid('a method in lower case', 'post / HTTP/1.1\r\nhost: x\r\n\r\n'),
  invalid('no version', 'GET /\r\nhost: x\r\n\r\n'),
  invalid('another version', 'GET / HTTP/3.7\r\nhost: x\r\n\r\n'),
  bad('HTTP: another protocol', 'GET / RTSP/1.0\r\nhost: x\r\n\r\n', 404, 'ROUTE_UNKNOWN'),
  invalid('a path with a space', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n'),
  invalid('no host', 'GET /pipelines HTTP/1.1\r\nconnection: close\r\n\r\n'),
  invalid('a header without a colon', 'GET /pipelines HTTP/1.1\r\nhost: x\r\nnothing\r\n\r\n'),
  invalid('a space before the colon', 'GET /pipelines HTTP/1.1\r\nhost : x\r\n\r\n'),
  invalid('a null byte in a header', 'GET /pipelines HTTP/1.1\r\nhost: x\r\na: b\0c\r\n\r\n'),
  invalid('a bare carriage return', 'GET /pipelines HTTP/1.1\r\nhost: x\r\na: b\rc\r\n\r\n'),
  invalid('a folded first header', 'GET /pipelines HTTP/1.1\r\n folded\r\nhost: x\r\n\r\n'),
  invalid('a length that is no number', head('POST', runOf('lengths'), [jsonLine, 'content-length: ten']) + good),
  invalid('a negative length', head('POST', runOf('lengths'), [jsonLine, 'content-length: -1']) + good),
  invalid('a length with a plus', head('POST', runOf('lengths'), [jsonLine, 'content-length: +12']) + good),
  invalid('a length in hexadecimal', head('POST', runOf('lengths'), [jsonLine, 'content-length: 0xc']) + good),
  invalid('a length beyond 64 bits', head('POST', runOf('lengths'), [jsonLine, `content-length: ${'9'.repeat(30)}`]) + good),
  invalid('two lengths', head('POST', runOf('lengths'), [jsonLine, 'content-length: 12', 'content-length: 13']) + good),
  invalid('two equal lengths', head('POST', runOf('lengths'), [jsonLine, 'content-length: 12', 'content-length: 12']) + good),
  invalid(
    'a length and chunks',
    `${head('POST', runOf('lengths'), [jsonLine, 'content-length: 4', 'transfer-encoding: chunked'])}0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
  ),
  invalid(
    'chunks and a length',
    `${head('POST', runOf('lengths'), [jsonLine, 'transfer-encoding: chunked', 'content-length: 4'])}0\r\n\r\n`,
  ),
  invalid('chunked twice', chunked('0\r\n\r\n', ['transfer-encoding: chunked'])),
  invalid('an unknown transfer encoding', `${head('POST', runOf('lengths'), [jsonLine, 'transfer-encoding: x'])}0\r\n\r\n`),
  invalid('chunked spelt otherwise', `${head('POST', runOf('lengths'), [jsonLine, 'transfer-encoding: xchunked'])}0\r\n\r\n`),
  invalid('gzip within chunks', `${head('POST', runOf('lengths'), [jsonLine, 'transfer-encoding: gzip, chunked'])}0\r\n\r\n`),
  invalid('a chunk size that is no number', chunked('zz\r\n')),
  invalid('a negative chunk size', chunked('-1\r\n')),
  invalid('a chunk size beyond 64 bits', chunked(`${'f'.repeat(17)}\r\n`)),
  invalid('a chunk longer than it says', chunked(`2\r\n${good}\r\n0\r\n\r\n`)),
  invalid('a chunk extension of 20 000 bytes', chunked(`c;${'a'.repeat(20_000)}\r\n${good}\r\n0\r\n\r\n`)),
  invalid('a body that ends early', head('POST', runOf('lengths'), [jsonLine, 'content-length: 100']) + good, 'finish'),
  invalid('chunks that end early', chunked('c\r\n{"word'), 'finish'),
  invalid('chunks without the last', chunked(`c\r\n${good}\r\n`), 'finish'),
  invalid('headers that end early', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-', 'finish'),
  invalid('a line that ends early', 'POST /pipe', 'finish'),
  invalid('a raw body that ends early', `${head('POST', runOf('reverse'), ['content-length: 1000'])}abc`, 'finish'),
  bad('a body larger than maxBodyBytes', request('POST', runOf('lengths'), [jsonLine], 'x'.repeat(3_000_000)), 413, 'BODY_TOO_LARGE'),
  bad(
    'a length larger than maxBodyBytes, and nothing more',
    head('POST', runOf('lengths'), [jsonLine, 'content-length: 99999999999']),
    413,
    'BODY_TOO_LARGE',
  ),
  bad('chunks larger than maxBodyBytes', chunked(`2dc6c0\r\n${'x'.repeat(3_000_000)}\r\n0\r\n\r\n`), 413, 'BODY_TOO_LARGE'),
];

/** Requests of clients that stop in the middle and wait: for a server that does not wait long. */
export const slowRequests: readonly BadRequest[] = [
  bad('nothing at all', '', 408, 'BODY_TIMEOUT'),
  bad('half a line', 'POST /pipe', 408, 'BODY_TIMEOUT'),
  bad('half the headers', 'POST / HTTP/1.1\r\nhost: x\r\nconten', 408, 'BODY_TIMEOUT'),
  bad('half the body', head('POST', runOf('lengths'), [jsonLine, 'content-length: 100']) + good, 408, 'BODY_TIMEOUT'),
  bad('half a raw body', `${head('POST', runOf('reverse'), ['content-length: 100'])}abc`, 408, 'BODY_TIMEOUT'),
  bad('half the chunks', chunked(`c\r\n${good}\r\n`), 408, 'BODY_TIMEOUT'),
];

const leavers = [
  unheard('leaves at once', ''),
  unheard('leaves within a line', 'POST /pipe'),
  unheard('leaves within the headers', 'POST / HTTP/1.1\r\nhost: x\r\n'),
  unheard('leaves within a body', head('POST', runOf('lengths'), [jsonLine, 'content-length: 100']) + good),
  unheard('leaves within a raw body', `${head('POST', runOf('reverse'), ['content-length: 1000000'])}${'a'.repeat(70_000)}`),
  unheard('leaves within chunks', chunked('c\r\n{"wo')),
  unheard('leaves before its answer', request('POST', runOf('lengths'), [jsonLine], good)),
  unheard('leaves before its refusal', request('POST', runOf('lengths'), [jsonLine], '{')),
];

/** Every malformed request that a server must survive, but for the slow ones. */
export const badRequests: readonly BadRequest[] = [
  ...wrongValues,
  ...wrongRows,
  ...wrongBodies,
  ...wrongHeaders,
  ...wrongPlaces,
  ...wrongHttp,
  ...leavers,
];

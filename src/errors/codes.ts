interface CodeEntry {
  readonly http: number;
  /** Whether the same request may succeed when it is sent again. */
  readonly retry: boolean;
  readonly hint: string;
}

/** Every error FlowServe gives on purpose. docs/errors.md has an entry for each, and a spec compares the two. */
export const codes = {
  // Building a pipeline.
  COLUMN_INVALID: {
    http: 500,
    retry: false,
    hint: 'Columns are made by text, bytes, bool, int32, int64, float32, float64, tensor, list, record, json and nullable.',
  },
  COLUMN_UNKNOWN: { http: 500, retry: false, hint: 'Check the spelling against the columns listed.' },
  COLUMN_TAKEN: { http: 500, retry: false, hint: 'Rename one of the two columns, or leave one out with select.' },
  COLUMN_MISMATCH: { http: 500, retry: false, hint: 'Change the column of the stage, or convert the values in a map before it.' },
  STAGE_INVALID: {
    http: 500,
    retry: false,
    hint: 'The kinds of stage are stage, batchStage, expander, onnx, python and remote: see docs/stages.md.',
  },
  STAGE_NAME_TAKEN: { http: 500, retry: false, hint: 'Give one of the two stages another name; using the same stage twice is fine.' },
  STORE_NAME_TAKEN: { http: 500, retry: false, hint: 'Give one of the two stores another name; using the same store twice is fine.' },
  FLOW_FOREIGN: {
    http: 500,
    retry: false,
    hint: 'A pipeline is built from the flow its build function receives; share stages between pipelines, not flows.',
  },
  ORIGIN_MISMATCH: { http: 500, retry: false, hint: 'Bring the rows of a flatMap back to their parent rows with gather first.' },
  LOOSE_END: { http: 500, retry: false, hint: 'Return a flow that uses it, or delete it: every step of a pipeline must reach the output.' },
  PIPELINE_INVALID: { http: 500, retry: false, hint: 'Write pipeline(name, inputColumns, (rows) => flow).' },
  RULE_BROKE_PLAN: {
    http: 500,
    retry: false,
    hint: 'This is a fault of FlowServe: report it, and switch the rule off by its name meanwhile.',
  },
  OPTION_INVALID: { http: 500, retry: false, hint: 'Check the value of the option named above.' },

  // Loading a pipeline.
  FILE_MISSING: { http: 500, retry: false, hint: 'Check the path; it is taken relative to the current folder.' },
  FILE_BROKEN: { http: 500, retry: false, hint: 'Correct the file at the place named above.' },
  EXPORT_MISSING: { http: 500, retry: false, hint: 'Export the pipeline: export const name = pipeline(…).' },
  PACKAGE_MISSING: { http: 500, retry: false, hint: 'Install the package named above beside flowserve.' },
  MODEL_MISSING: { http: 500, retry: false, hint: 'Give a path that exists, for example new URL("./model.onnx", import.meta.url).' },
  MODEL_INVALID: { http: 500, retry: false, hint: 'Check that the file is a complete ONNX model.' },
  MODEL_MISMATCH: { http: 500, retry: false, hint: 'Declare inputs and outputs as the model has them.' },
  INTERPRETER_MISSING: {
    http: 500,
    retry: false,
    hint: 'Install Python, or name the interpreter of your virtual environment: interpreter.',
  },
  INTERPRETER_UNFIT: { http: 500, retry: false, hint: 'Use Python 3.9 or later.' },
  MODULE_BROKEN: { http: 500, retry: false, hint: 'Install what it imports into the environment of the interpreter named above.' },
  FUNCTION_MISSING: { http: 500, retry: false, hint: 'Check the spelling against the functions listed.' },
  SETUP_FAILED: { http: 500, retry: false, hint: 'Correct what setup threw; it is the cause of this error.' },
  WARM_UP_FAILED: { http: 500, retry: false, hint: 'Correct what its cause says, or the rows of the option warmUp.' },
  INSIDE_WORKER: {
    http: 500,
    retry: false,
    hint: 'Keep pipelines in a file that starts nothing at its top level, and start them from another file.',
  },
  STORE_UNREACHABLE: {
    http: 500,
    retry: false,
    hint: 'Read it with lookup and hand the value to the stage as a column, or let the stage run on the event loop: runsOn: "loop".',
  },
  CODE_UNREACHABLE: { http: 500, retry: false, hint: 'Serve the file with the command line, or give the option module: import.meta.url.' },
  PORT_TAKEN: { http: 500, retry: false, hint: 'Stop the other program or choose another port with --port or --admin-port.' },
  ADDRESS_INVALID: { http: 500, retry: false, hint: 'Give a host name or address of this machine.' },

  // A request that cannot be accepted as it is.
  HTTP_INVALID: { http: 400, retry: false, hint: 'Send well-formed HTTP/1.1, best through a library for it.' },
  BODY_INVALID: { http: 400, retry: false, hint: 'Send JSON: {"rows":[{…}]} or one row object; the schema is at GET /pipelines/NAME.' },
  JSON_TOO_DEEP: { http: 400, retry: false, hint: 'Send flatter JSON, or raise the limit maxJsonDepth.' },
  ROW_INVALID: { http: 400, retry: false, hint: 'Compare the row with the schema at GET /pipelines/NAME.' },
  ENTRY_INVALID: { http: 400, retry: false, hint: 'Give a key and a value of the columns that the store was made with.' },
  TENSOR_INVALID: {
    http: 400,
    retry: false,
    hint: 'Compare the tensor with the metadata of the model at GET /v2/models/NAME; the first dimension counts the rows.',
  },
  SHAPES_DIFFER: {
    http: 400,
    retry: false,
    hint: 'Send such rows in requests of their own, or bring the tensors to one shape in a map before.',
  },
  TIMEOUT_INVALID: { http: 400, retry: false, hint: 'Send x-timeout-ms as a whole number of milliseconds, at least 1.' },
  PIPELINE_UNKNOWN: { http: 404, retry: false, hint: 'GET /pipelines lists the pipelines.' },
  ROUTE_UNKNOWN: { http: 404, retry: false, hint: 'GET /openapi.json lists the routes.' },
  LOOKUP_MISSING: {
    http: 404,
    retry: false,
    hint: 'Put the key into the store, or let the lookup give null where there is none: missing: "null".',
  },
  METHOD_UNKNOWN: { http: 405, retry: false, hint: 'Use the method named in the Allow header.' },
  TOKEN_INVALID: { http: 401, retry: false, hint: 'Send the header authorization: Bearer TOKEN with the admin token.' },
  BODY_TIMEOUT: { http: 408, retry: true, hint: 'Send the whole request faster, or raise the limit requestTimeoutMs.' },
  PIPELINE_REMOVED: { http: 409, retry: false, hint: 'Export it again, or say in the body of POST /reload that it may go.' },
  RELOAD_OVERTAKEN: { http: 409, retry: false, hint: 'Ask the later reload, which loads the files as they are now.' },
  REVISION_CHANGED: { http: 409, retry: false, hint: 'Read the entry again, and decide anew what to write.' },
  BODY_TOO_LARGE: { http: 413, retry: false, hint: 'Send less, or raise the limit maxBodyBytes.' },
  ROWS_TOO_MANY: { http: 413, retry: false, hint: 'Split the rows over several requests, or raise the limit maxRows.' },
  MEDIA_UNSUPPORTED: {
    http: 415,
    retry: false,
    hint: 'Send the header content-type: application/json; a pipeline whose input is one bytes column takes raw bytes too.',
  },
  EXPECTATION_UNKNOWN: { http: 417, retry: false, hint: 'Leave out the header Expect, or send Expect: 100-continue.' },
  HEADERS_TOO_LARGE: { http: 431, retry: false, hint: 'Send fewer or shorter headers.' },

  EXTENSION_UNSUPPORTED: { http: 501, retry: false, hint: 'GET /v2 lists the extensions of the protocol that are served.' },

  // A request that was accepted.
  QUEUE_FULL: { http: 429, retry: true, hint: 'Send the request again after the time in the Retry-After header, or raise maxQueue.' },
  OVERLOADED: {
    http: 429,
    retry: true,
    hint: 'Send the request again after the time in the Retry-After header, allow it more time, or add workers or machines.',
  },
  BYTES_IN_FLIGHT: {
    http: 429,
    retry: true,
    hint: 'Send the request again after the time in the Retry-After header, or raise maxBytesInFlight.',
  },
  REQUEST_CANCELLED: { http: 499, retry: true, hint: 'The caller cancelled the request or closed its connection.' },
  STAGE_FAILED: { http: 500, retry: false, hint: 'Correct the stage, or the request if it is the reason; the log has the stack.' },
  BATCH_SIZE_CHANGED: { http: 500, retry: false, hint: 'A batch stage returns one row per row it is given, in the same order.' },
  OUTPUT_INVALID: {
    http: 500,
    retry: false,
    hint: 'Return what is declared: rows with exactly the output columns; true or false from a filter.',
  },
  VALUE_NOT_MOVABLE: {
    http: 500,
    retry: false,
    hint: 'Values that cross threads are plain data: no functions, no class instances with methods.',
  },
  REPLICA_CRASHED: {
    http: 500,
    retry: true,
    hint: 'The worker that held the request ended; it is being restarted. See the log for the cause.',
  },
  REMOTE_FAILED: {
    http: 502,
    retry: false,
    hint: 'The server has the reason in its own log; correct it there, or the rows that it was sent.',
  },
  REMOTE_INVALID: {
    http: 502,
    retry: false,
    hint: 'Check that the url is that of an Open Inference v2 server, and that nothing on the way changes its replies.',
  },
  REMOTE_UNAVAILABLE: { http: 503, retry: true, hint: 'Check that the server named above runs and can be reached from here.' },
  NOT_READY: { http: 503, retry: true, hint: 'The server is starting; GET /health/ready answers 200 once it takes requests.' },
  NO_REPLICA: { http: 503, retry: true, hint: 'Every worker of the task fails to start; see the log for the cause.' },
  DRAINING: { http: 503, retry: true, hint: 'The server is shutting down; send the request to another one.' },
  DEADLINE_EXCEEDED: { http: 504, retry: true, hint: 'Allow more time with x-timeout-ms or timeoutMs.' },
  INTERNAL: { http: 500, retry: false, hint: 'This is a bug in FlowServe; please report it with the log line of this request.' },
} as const satisfies Record<string, CodeEntry>;

/** The name of one error in the table. */
export type Code = keyof typeof codes;

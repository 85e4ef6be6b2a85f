// @ts-check

/**
 * @typedef {object} Experiment
 * @property {string} name of the file in `bench/`
 * @property {string} title
 * @property {string} asked
 * @property {string} measured how, in a paragraph
 * @property {string} bound what it is held against: a floor that nothing could be below, or an optimum that nothing could be above
 * @property {string} [thesis] what the published system says of it
 * @property {string} [short] where it falls short beyond the bars that are missed
 */

const INTERLEAVED =
  'Rounds of both take turns in one run, so that a machine that slows down slows both; the ratio is the median over rounds.';
const REAL_PIPELINES =
  'The abstract of Cloudflow claims up to 2× over the systems of its time on real pipelines. Those are not measured here; against code by hand in one program ' +
  'the most to be had is a ratio of 1.';

/** In the order of docs/experiments.md, which has those whose results are in `bench/results`. @type {readonly Experiment[]} */
export const experiments = [
  {
    name: 'fusion',
    title: 'Fusion',
    asked: 'Does a chain of stages cost what one stage costs, however long it is and however much passes through it?',
    measured: `Stages that give back what they are given, on a worker thread, pass one column of bytes on: fused into one task; one by one, with a stage on the event loop between each two, so that none can be fused; and the same transfers between bare worker threads by hand. One request is under way at a time. ${INTERLEAVED} A quick run has chains up to three of those that are not fused, a full one up to ten.`,
    bound: 'A floor: one stage alone for chains that are fused, transfers alone for those that are not.',
    thesis:
      'The experiment is that of the published scripts (`fusion.py`): identity maps that pass one value of 10 KiB, 500 KiB or 10 MiB, with fusion and without. From memory, and not checked against the text, latency grows there with length and size without fusion and stays flat with it.',
    short: 'There the stages that are not fused are on several machines; here they are threads of one process.',
  },
  {
    name: 'rules',
    title: 'Each rule of the optimizer',
    asked: 'What does each rule save where it has something to do?',
    measured: `For each rule a pipeline that is named after it in \`bench/pipelines/rules.ts\`, served with the rule and without it. ${INTERLEAVED}`,
    bound: 'None: how much is saved is up to the pipeline, so that more than nothing is asked.',
    thesis:
      'The published rules are fusion, of chains or of a whole flow, competitive execution, dynamic dispatch and placement together; none looks at a measured cost (its code).',
  },
  {
    name: 'batching',
    title: 'Batching across requests',
    asked: 'Does the size of batches that adapts come as close to the best fixed size and wait as each load allows?',
    measured:
      'Stages of several costs, whose calls take what is expected or differ, under Poisson load from a fifth of what they can serve to more than that, in the simulator by the code that serves. A request has the time of 1.5, 4 or 20 calls. Fixed pairs know what calls cost on average; the batcher learns it meanwhile.',
    bound: 'An optimum: the best fixed pair of size and wait for each load, found by trying with the same arrivals.',
    thesis: 'The published executor takes what waits, up to twenty, without a wait and without a latency target (its code).',
    short:
      'Nothing waits when nothing is under way. Where a request has hardly more time than one call, and a call costs as much for many rows as for one, a fixed wait gets more of them in time.',
  },
  {
    name: 'python-batching',
    title: 'Batching in Python',
    asked: 'Does a stage in Python batch for real as it does in the simulator?',
    measured:
      'A function that takes 10 ms and 1 ms for each row, in one process, under requests that come by chance. Adaptive batches are those of a pipeline as it is served; fixed ones are sent to a bare process by hand, of the size and after the wait that the simulator finds best for the load. Rounds of both take turns, with the same arrivals.',
    bound: 'An optimum: the best fixed pair for each load.',
  },
  {
    name: 'racing',
    title: 'Racing and hedging',
    asked: 'How much of the tail do copies of a call take away, and what do they cost?',
    measured:
      'Stages whose time is drawn from Gamma distributions, from heavy tails and with stalls, with more and more copies at once, and with a copy after a delay.',
    bound: 'An optimum: the order statistics of the distribution.',
    thesis:
      'The experiment is that of the published scripts (`compete.py`): a stage that sleeps for Gamma(3, 1, 2 or 4) × 10 ms, with as many copies as one says. Its figures are known from memory alone and are not repeated here.',
  },
  {
    name: 'scaling',
    title: 'Scaling by task',
    asked: 'When the load grows in a step, does the slow task alone grow, and how soon is latency back?',
    measured:
      'A fast stage and then one that keeps its thread for 100 ms, one replica to sixteen, under calls that come by chance, 8 a second and from the step on 32. The target is 400 ms; back is it after the last call that took longer. The policy alone is simulated besides, under hundreds of loads by chance and with replicas that start more slowly.',
    bound: 'An optimum: as many replicas as the load needs by arithmetic.',
    thesis:
      'The experiment is that of the published scripts (`scaling.py`), whose system decides every five seconds (its code). Its figures are known from memory alone and are not repeated here.',
  },
  {
    name: 'simulation',
    title: 'A day on ten thousand replicas',
    asked: 'Does the policy that scales hold for a day, and can one see that in seconds?',
    measured:
      'A day of calls that come by chance, ten times as many at noon as at midnight, on up to ten thousand replicas, call by call on a clock that does not wait. The policy is the code that serves; replicas that take 20 s to start, and calls that take one to three minutes, are made up: with calls as short as 100 ms a day would be billions of them.',
    bound:
      'A floor: the work itself, by arithmetic. Replicas that were busy all the time would have as many hours; below a use of 65 % the policy gives them back.',
  },
  {
    name: 'overload',
    title: 'Overload',
    asked: 'How much of its best throughput is left when three times as much is asked?',
    measured: 'Load from below capacity to far above it; what counts are answers within their deadlines.',
    bound: 'An optimum: the peak of the same server.',
    thesis: 'The published scaler knows neither queues nor deadlines (its code).',
  },
  {
    name: 'upgrade',
    title: 'A new version under load',
    asked: 'Does a new version of a pipeline lose a request, and how long do those of that second wait?',
    measured:
      'A server with a pipeline on a worker thread, whose set-up and whose first call take a while, gets a new version and SIGHUP in the middle of requests that come by chance, 100 a second. A latency counts from when the request was to be sent. With rows that warm the new version up, and without, in turn; the load runs on the same machine.',
    bound: 'A floor: the same server just before.',
  },
  {
    name: 'own-cost',
    title: 'What a request costs in process',
    asked: 'What does a request cost beside the work that its stages do?',
    measured: `Requests on the event loop, with a deadline and a signal, by FlowServe, by an asynchronous function that does the same checks, and by a plain loop. ${INTERLEAVED} Allocations are the growth of the heap between collections.`,
    bound: 'A floor: the plain loop, which checks nothing and cannot be cancelled.',
  },
  {
    name: 'stages',
    title: 'A call of a stage of each kind',
    asked: 'What does one call cost, by where the stage runs?',
    measured: `A request of one row through a stage that gives it back, less the same request without the stage. ${INTERLEAVED}`,
    bound: 'None: these are the figures by which one chooses a kind.',
  },
  {
    name: 'http',
    title: 'HTTP',
    asked: 'What does a pipeline over HTTP cost beside a server by hand?',
    measured:
      'A pipeline that does nothing, started as users start it, and a bare node:http server that reads and writes the same JSON, both in processes of their own and started anew many times, since a program keeps the luck of its start. The ratio is the median over starts.',
    bound: 'A floor: the server by hand.',
  },
  {
    name: 'open-inference',
    title: 'The Open Inference Protocol',
    asked: 'What does a tensor over the Open Inference Protocol cost beside a server that gives the bytes back?',
    measured: 'As for HTTP; the server by hand gives the same body back without looking at it.',
    bound: 'A floor that cannot be reached: the server by hand reads no message.',
  },
  {
    name: 'python',
    title: 'Functions in Python',
    asked: 'What does a call of a function in Python cost, and what do replicas bring?',
    measured: `A call of the stage, and a whole request, beside a process in Python that gives bytes back and does nothing else. ${INTERLEAVED} Then eight requests under way with more and more replicas.`,
    bound: 'A floor: the echo; for replicas an optimum: as many times as there are replicas, where functions sleep.',
  },
  {
    name: 'remote',
    title: 'Models on other servers',
    asked: 'What does a call of a model on another server cost here?',
    measured: `A stage, and undici alone, post the same bytes to the same bare server. ${INTERLEAVED}`,
    bound: 'A floor: the bare client.',
  },
  {
    name: 'ocr',
    title: 'Example: text of photos',
    asked: 'What does the graph cost around real models?',
    measured: `Photos by the pipeline of \`examples/ocr\`, and by plain code over the same models on as many worker threads, whose answers are the same. ${INTERLEAVED}`,
    bound: 'A floor: the code by hand.',
    thesis: REAL_PIPELINES,
  },
  {
    name: 'cascade',
    title: 'Example: a cascade of two networks',
    asked: 'What does a filter and a join between two networks cost?',
    measured: `Photos by the pipeline of \`examples/cascade\`, and by plain code over the same networks on as many worker threads; answers are the same to the bit. ${INTERLEAVED}`,
    bound: 'A floor: the code by hand.',
    thesis: `The shape is that of the published script (\`cascade.py\`): a second network where the first is less than 85 % sure; the networks are others. ${REAL_PIPELINES}`,
  },
  {
    name: 'transliteration',
    title: 'Example: a function in Python that chooses a model',
    asked: 'What does it cost to let Python choose between two sequence models?',
    measured: `Texts by the pipeline of \`examples/transliteration\`, and by plain code over the same models and the same function. Processor time is that of all processes. ${INTERLEAVED}`,
    bound: 'A floor: the code by hand.',
    thesis: `The shape is that of the published script (\`nmt.py\`): the language of a text chooses its model; the models are others. ${REAL_PIPELINES}`,
  },
  {
    name: 'raced-transliteration',
    title: 'Example: its stages raced',
    asked: 'What do copies take away of the tail of a real pipeline, and what do they cost where they cannot help?',
    measured:
      'Texts that come by chance, 50 a second, through the pipeline of `examples/transliteration` with two processes of Python and two threads, each made to stand still for 50 ms once a second on average: processes by signals of the system, threads by a wait on their event loop, as a collection of garbage makes one. Then with nothing in the way. Rounds of all kinds of races take turns in one run.',
    bound:
      'An optimum: each text as long as some text took with nothing in the way, and before it the wait until the first of both replicas goes on, by when each stood still.',
    thesis:
      'The published script (`nmt.py`) races such a pipeline with two more copies; losers are not cancelled there (its code). How long a text takes here is mostly up to the text, for each of its copies alike, so that where nothing stands still there is little to win.',
    short:
      'Copies of what computes need cores: on few of them two at once take them from each other. A race that is chosen takes times that differ by input for times that differ by chance, and pays for copies that cannot win.',
  },
  {
    name: 'memory',
    title: 'Memory',
    asked: 'Does memory grow with requests?',
    measured:
      'Many small requests on the event loop, on a worker thread and over HTTP, after as many that let the heap find its size; growth is the slope over ten parts.',
    bound: 'A floor: no growth. What is asked is above the noise of an allocator.',
  },
  {
    name: 'bad-input',
    title: 'Malformed requests',
    asked: 'Does a malformed request crash the server, leak, or slow the next one?',
    measured: 'Malformed requests, each different, and after each two good ones: one just after a malformed, one after a good one.',
    bound: 'A floor: a good request after a good one.',
  },
];

// Calls the model `same` at the url of the command line once, in a process of its own: whom it trusts is read when it starts.
const { deploy, pipeline, tensor } = await import('flowserve');
const { remote } = await import('flowserve/remote');

const vector = tensor('FP32', [2]);
const call = remote({ name: 'call', url: process.argv[2], model: 'same', input: { x: vector }, output: { y: vector } });
const deployed = await deploy(pipeline('calling', call.input, (rows) => rows.map(call)));
const [{ y }] = await deployed.run([{ x: { datatype: 'FP32', shape: [2], data: Float32Array.of(1, 2) } }]);
console.log([...y.data].join());
await deployed.close();

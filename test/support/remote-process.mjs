import { echo, ModelServer } from './model-server.mjs';

// A model server in a process of its own, to be killed: it says where it is, each call that comes, and stalls when it is told to.
const [, , port = '0', plan] = process.argv;
const vector = { datatype: 'FP32', shape: [-1, 2] };
const inputs = [{ name: 'x', ...vector }];
const outputs = [{ name: 'y', ...vector }];

const server = await ModelServer.start({ name: 'same', inputs, outputs, run: echo(inputs, outputs) }, { port: Number(port) });
server.always = plan;
process.send({ url: server.url, port: server.port });
for (let calls = 1; ; calls++) {
  await server.called(calls);
  process.send({ calls });
}

import { closeSync, openSync } from 'node:fs';
import { deploy, pipeline, text } from '../../dist/index.js';
import { python } from '../../dist/python.js';

// A program whose descriptors run out just when a process of its stage is to be started again: it says what becomes of it.
const act = python({
  name: 'act',
  module: new URL('./python/functions.py', import.meta.url),
  function: 'act',
  input: { text },
  output: { text },
  replicas: 1,
});
let crashed = () => {};
const crash = () => new Promise((resolve) => (crashed = resolve));
const deployment = await deploy(
  pipeline('act', { text }, (rows) => rows.map(act)),
  { onCrash: (reason) => crashed(reason.problem) },
);
const ended = crash();
const lost = deployment.run([{ text: 'exit 1' }]).catch(() => {});
const held = [];
try {
  for (;;) held.push(openSync('/dev/null'));
} catch {}
await lost;
const reasons = [await ended];
reasons.push(await crash());
for (const descriptor of held) closeSync(descriptor);
const [answer] = await deployment.run([{ text: 'after' }]);
console.log(JSON.stringify({ reasons, answer: answer.text.replace(/^\d+ /, '') }));
await deployment.close();

import { text } from 'flowserve';
import { remote } from 'flowserve/remote';

export const mistake = remote({
  name: 'm',
  url: 'http://triton:8000',
  model: 'net',
  input: { words: text },
  output: { label: text },
  headers: { authorization: process.env.A_TOKEN_THAT_NOBODY_SETS },
});

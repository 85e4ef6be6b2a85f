import { text } from 'flowserve';
import { remote } from 'flowserve/remote';

export const mistake = remote({ name: 'm', url: 'http://triton:8000', model: 'net', inputs: { words: text }, output: { label: text } });

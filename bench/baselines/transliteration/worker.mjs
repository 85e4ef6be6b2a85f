// @ts-check
import { parentPort } from 'node:worker_threads';
import { normalizeArabic, normalizePersian } from './normalize.mjs';
import { Romanizer } from './romanizer.mjs';
import { cutWords, isReadable } from './words.mjs';

/**
 * @typedef {{ id: number, language: 'ar' | 'fa', text: string }} Request
 * @typedef {{ id: number, latin: string } | { id: number, failure: string } | 'ready'} Reply
 */

/** More words in a call hardly make one cheaper. */
const MOST_WORDS = 32;

const port = parentPort;
if (!port) throw new Error('worker.mjs runs in a worker thread; start it through TransliterationPool');

const [arabic, persian] = await Promise.all([Romanizer.load('arabic'), Romanizer.load('persian')]);
const languages = {
  ar: { romanizer: arabic, normalize: normalizeArabic },
  fa: { romanizer: persian, normalize: normalizePersian },
};

/** @type {{ ar: Request[], fa: Request[] }} */
const waiting = { ar: [], fa: [] };
let isRunning = false;

port.on('message', (/** @type {Request} */ request) => {
  waiting[request.language].push(request);
  if (!isRunning) void run();
});
reply('ready');

/** What has come while the models computed goes together into the next calls, language by language in turn. */
async function run() {
  isRunning = true;
  // Requests that were sent in one go are received one by one.
  await new Promise(setImmediate);
  while (waiting.ar.length + waiting.fa.length > 0) {
    for (const language of /** @type {const} */ (['ar', 'fa'])) await answerNext(language);
  }
  isRunning = false;
}

/** @param {'ar' | 'fa'} language */
async function answerNext(language) {
  const { romanizer, normalize } = languages[language];
  const requests = waiting[language];
  /** @type {{ id: number, words: import('./words.mjs').Word[] }[]} */
  const taken = [];
  let words = 0;
  while (requests.length > 0 && words < MOST_WORDS) {
    const { id, text } = /** @type {Request} */ (requests.shift());
    const cut = cutWords(normalize(text));
    words += cut.length;
    taken.push({ id, words: cut });
  }
  if (taken.length === 0) return;
  try {
    const readable = taken.flatMap((request) => request.words.filter(isReadable));
    const written = readable.length > 0 ? await romanizer.write(readable) : [];
    let next = 0;
    for (const request of taken) {
      const latin = request.words.map((word) => (isReadable(word) ? written[next++] : word.word)).join(' ');
      reply({ id: request.id, latin });
    }
  } catch (error) {
    for (const { id } of taken) reply({ id, failure: error instanceof Error ? error.message : String(error) });
  }
}

/** @param {Reply} message */
function reply(message) {
  port?.postMessage(message);
}

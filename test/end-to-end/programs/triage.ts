import { float32, pipeline, stage, text } from 'flowserve';

const quick = stage({
  name: 'quick',
  input: { message: text },
  output: { label: text, confidence: float32 },
  run: ({ message }) => (message.includes('broken') ? { label: 'complaint', confidence: 0.95 } : { label: 'other', confidence: 0.4 }),
});

export const triage = pipeline('triage', { message: text }, (messages) => {
  const first = messages.derive(quick);
  const second = first
    .filter(['confidence'], ({ confidence }) => confidence < 0.85)
    .map({ label: text }, async ({ message }) => ({ label: message.endsWith('?') ? 'question' : 'praise' }));
  return first.join(second, { how: 'left', as: 'better' }).map({ label: text }, ({ label, better }) => ({ label: better?.label ?? label }));
});

import { pipeline, text } from 'flowserve';

const inner = pipeline('inner', { label: text }, (rows) =>
  rows.flatMap({ letter: text }, ({ label }) => [...label].map((letter) => ({ letter }))),
);

export const mistake = pipeline('mistake', { label: text }, (rows) => rows.join(rows.extend(inner)));

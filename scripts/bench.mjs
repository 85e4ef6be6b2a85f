// Runs one benchmark of bench/, or all of them: npm run bench -- [NAME] [--quick]
import { readdirSync } from 'node:fs';
import { root, run } from './steps.mjs';

const names = readdirSync(`${root}bench`)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length));
const [name, ...rest] = process.argv.slice(2);
const isName = name !== undefined && !name.startsWith('--');
if (isName && !names.includes(name)) {
  console.error(`there is no benchmark "${name}"; there are ${names.join(', ')}`);
  process.exit(1);
}

await import('./build.mjs');
const flags = isName ? rest : process.argv.slice(2);
for (const chosen of isName ? [name] : names) {
  console.error(`• ${chosen}`);
  // With the heap growing as `flowserve serve` lets it, for whoever is measured in this process.
  const status = await run(process.execPath, ['--expose-gc', '--heap-growing-percent=300', `${root}bench/${chosen}.mjs`, ...flags]);
  if (status !== 0) process.exitCode = status;
}

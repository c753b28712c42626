// Writes the TypeScript examples of the documentation to where `tsc` checks them, as modules of their own.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const PAGE = 'docs/clients.md';
const FOLDER = 'test/generated/docs-types';

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const examples = [...readFileSync(PAGE, 'utf8').matchAll(/^```(tsx?)\b.*\n([\s\S]*?)^```$/gm)];
if (examples.length === 0) throw new Error(`there is no example in ${PAGE}`);
examples.forEach(([, kind, code], n) => writeFileSync(`${FOLDER}/example-${n + 1}.${kind}`, `${code}\nexport {};\n`));

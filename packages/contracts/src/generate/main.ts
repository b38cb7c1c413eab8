import { mkdirSync, writeFileSync } from 'node:fs';
import { documents } from './documents.js';

const folder = new URL('../../../../docs/events/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, document] of Object.entries(documents()))
  writeFileSync(new URL(name, folder), `${JSON.stringify(document, null, 2)}\n`);

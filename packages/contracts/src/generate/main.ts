import { mkdirSync, writeFileSync } from 'node:fs';
import { documents, type Json, schemas } from './documents.js';

function write(folder: URL, files: Record<string, Json>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, document] of Object.entries(files))
    writeFileSync(new URL(name, folder), `${JSON.stringify(document, null, 2)}\n`);
}

write(new URL('../../../../docs/events/', import.meta.url), documents());
write(new URL('../../../../docs/schemas/', import.meta.url), schemas());

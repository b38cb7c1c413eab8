import { z } from 'zod';
import { defineEvent } from './event.js';
import { ImportKeyId } from './import-key.fields.js';

/** Keys of another system can be taken over by their HMACs under this one. Its bytes are in no event. */
export const ImportKeyAdded = defineEvent(
  'ImportKeyAdded',
  'import-key.added.v1',
  'tokens.import-key-added',
  z.object({ importKeyId: ImportKeyId, name: z.string() }),
);
export type ImportKeyAdded = z.infer<typeof ImportKeyAdded.schema>;

/** Its bytes are gone: nothing is found by it any more. */
export const ImportKeyRemoved = defineEvent(
  'ImportKeyRemoved',
  'import-key.removed.v1',
  'tokens.import-key-removed',
  z.object({ importKeyId: ImportKeyId }),
);
export type ImportKeyRemoved = z.infer<typeof ImportKeyRemoved.schema>;

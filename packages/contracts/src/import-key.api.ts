import { z } from 'zod';
import { ImportKeyId } from './import-key.fields.js';
import { pageOf } from './page.js';

const SHORTEST_BYTES = 16;
const LONGEST_BYTES = 512;

/** Body of `POST /v1/import-keys`: the key under which another system has hashed its keys with HMAC-SHA-256. */
export const AddImportKeyBody = z.strictObject({
  /** For people. */
  name: z.string().trim().min(1).max(200),
  /** Its bytes, 16 to 512 of them, in base64url; a pepper that is text is encoded as the bytes it was hashed with. Kept sealed, and never told again. */
  key: z
    .string()
    .max(700)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding')
    .refine((text) => {
      const bytes = Math.floor((text.length * 3) / 4);
      return bytes >= SHORTEST_BYTES && bytes <= LONGEST_BYTES;
    }, `${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`),
});
export type AddImportKeyBody = z.infer<typeof AddImportKeyBody>;

/** An import key as people and programs may see it: never its bytes. */
export const ImportKeyView = z.object({
  id: ImportKeyId,
  name: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type ImportKeyView = z.infer<typeof ImportKeyView>;

/** Answer of `GET /v1/import-keys`. */
export const ImportKeyList = pageOf(ImportKeyView);
export type ImportKeyList = z.infer<typeof ImportKeyList>;

import { z } from 'zod';
import { DocumentHash } from './openapi.fields.js';

/** Larger documents are not kept; in UTF-8. */
export const MOST_DOCUMENT_BYTES = 1024 * 1024;

/** Body of `POST /v1/api-documents`: an OpenAPI document of version 3.0 or 3.1, in YAML or JSON, in one piece. */
export const UploadDocumentBody = z.strictObject({
  text: z
    .string()
    .min(1)
    .refine(
      (text) => new TextEncoder().encode(text).length <= MOST_DOCUMENT_BYTES,
      `at most ${MOST_DOCUMENT_BYTES.toLocaleString('en')} bytes in UTF-8: leave out what no request needs`,
    ),
});
export type UploadDocumentBody = z.infer<typeof UploadDocumentBody>;

/** Answer of `POST /v1/api-documents`. */
export const UploadedDocument = z.object({
  /** How APIs name it. */
  document: DocumentHash,
  /** In UTF-8. */
  bytes: z.int(),
});
export type UploadedDocument = z.infer<typeof UploadedDocument>;

/** A document as it was uploaded. */
export const DocumentText = z.object({ document: DocumentHash, text: z.string() });
export type DocumentText = z.infer<typeof DocumentText>;

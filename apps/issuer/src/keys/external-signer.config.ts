import { z } from 'zod';

/** Where keys are whose private part never leaves: variables of the issuer's environment. */
export const externalSignerFields = {
  /** Speaks the protocol of docs/external-signer.md. */
  KEY_SIGNER_URL: z
    .url({ protocol: /^https?$/, error: 'expected https://…' })
    .refine(isPrivate, 'expected https://…; http only to this very machine')
    .optional(),
  /** Sent as a Bearer token; usually by `KEY_SIGNER_TOKEN_FILE`. */
  KEY_SIGNER_TOKEN: z.string().min(1).optional(),
};

/** What is signed there is worth as much as the key: nobody on the way may ask for it. */
function isPrivate(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

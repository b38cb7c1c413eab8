import { z } from 'zod';
import { LeakPolicy } from './leak-policy.js';
import { parseScannerKeys } from './scanner-keys.js';

/** The part of the issuer's environment that says what happens to leaked tokens. */
export const leakFields = {
  LEAK_POLICY: z
    .string()
    .default('suspend')
    .transform((text, context) => {
      const policy = LeakPolicy.parse(text);
      if (policy) return policy;
      const message = 'expected suspend, revoke or report, then "<tenant>=<one of them>" by commas';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
  /** Public keys of scanners, as their key endpoints answer; usually by `LEAK_SCANNER_KEYS_FILE`. */
  LEAK_SCANNER_KEYS: z
    .string()
    .default('{"public_keys":[]}')
    .transform((text, context) => {
      try {
        return parseScannerKeys(text);
      } catch {
        const message = 'expected {"public_keys":[{"key_identifier","key"}]} with P-256 keys in PEM';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    }),
  /** Where a scanner publishes its keys: asked when a key signs that is not known yet. */
  LEAK_SCANNER_KEYS_URL: z.url({ protocol: /^https?$/, error: 'expected https://…' }).optional(),
};

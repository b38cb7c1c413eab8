import { z } from 'zod';

/** Where the keys of trusted issuers may be: variables of the issuer's environment. */
export const trustedIssuerFields = {
  /** Whether they may be fetched from this very machine, and without TLS there: for trying things out. */
  TRUSTED_ISSUERS_ON_LOOPBACK: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
};

import { z } from 'zod';

/** Whom the issuer calls: variables of its environment. */
export const peerFields = {
  /** Whether keys of trusted issuers are fetched from this very machine, and sign-outs told to it: for trying things out. */
  PEERS_ON_LOOPBACK: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
};

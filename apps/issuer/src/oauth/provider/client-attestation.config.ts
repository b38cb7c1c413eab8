import { z } from 'zod';

/** Whether applications may prove themselves by attestations: a variable of the issuer's environment. */
export const clientAttestationFields = {
  CLIENT_ATTESTATION: z
    .enum(['on', 'off'])
    .default('off')
    .transform((text) => text === 'on'),
};

import { z } from 'zod';

/** Whether clients may register themselves: a variable of the issuer's environment. */
export const registrationFields = {
  DYNAMIC_REGISTRATION: z
    .enum(['on', 'off'])
    .default('off')
    .transform((text) => text === 'on'),
};

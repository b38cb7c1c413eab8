import { z } from 'zod';

export const ServiceAccountId = z
  .string()
  .regex(/^sac_[0-9a-f]{32}$/, 'a service account id is sac_ and 32 hexadecimal digits');

import { z } from 'zod';

export const ImportKeyId = z
  .string()
  .regex(/^imk_[0-9a-f]{32}$/, 'an import key’s id is imk_ and 32 hexadecimal digits');

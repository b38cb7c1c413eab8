import { z } from 'zod';

export const InvitationId = z
  .string()
  .regex(/^inv_[0-9a-f]{32}$/, 'an invitation id is inv_ and 32 hexadecimal digits');

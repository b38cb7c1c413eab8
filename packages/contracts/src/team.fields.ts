import { z } from 'zod';

export const TeamId = z.string().regex(/^team_[0-9a-f]{32}$/, 'a team id is team_ and 32 hexadecimal digits');

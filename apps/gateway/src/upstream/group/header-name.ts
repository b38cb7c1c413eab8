import { z } from 'zod';

export const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a header name');

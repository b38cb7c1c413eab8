import { z } from 'zod';

/** An object that is not looked into: it is handed on as it is, where `z.record` would copy every member. */
export const WholeObject = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object',
  )
  .meta({ override: { type: 'object' } });

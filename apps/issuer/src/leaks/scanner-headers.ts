import type { FastifyRequest } from 'fastify';

/** As code hosts name them in their secret-scanning partner programmes; header names know no case. */
export const KEY_ID = 'github-public-key-identifier';
export const SIGNATURE = 'github-public-key-signature';

/** Whether a request claims to come from a scanner. */
export const isSigned = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers[SIGNATURE] !== undefined || headers[KEY_ID] !== undefined;

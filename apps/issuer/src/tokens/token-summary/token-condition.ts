import { And, type FindOperator, type FindOptionsWhere, MoreThan } from 'typeorm';
import type { TokenSummary } from './token-summary.entity.js';

/** Which tokens are meant; what it takes several tables to say is said of the id. */
export type TokenCondition = FindOptionsWhere<TokenSummary> & { readonly id: FindOperator<string> };

/** All conditions at once, and only ids beyond the cursor. */
export const whereAll = (
  cursor: string,
  conditions: readonly TokenCondition[],
): FindOptionsWhere<TokenSummary> => ({
  ...Object.assign({}, ...conditions),
  id: And(MoreThan(cursor), ...conditions.map(({ id }) => id)),
});

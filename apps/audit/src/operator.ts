import { OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';

/** @throws DomainError: to all but the operator, what concerns every tenant is not there. */
export function assertOperator(caller: Principal, detail = 'There is no such thing.'): void {
  if (caller.tenant !== OPERATOR_TENANT) throw new DomainError('not-found', 'not-found', detail);
}

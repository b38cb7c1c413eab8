import type { AuditEntry } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { isPersonal } from './personal-fields.js';

/** What stands in place of what the reader may not see. */
export const REDACTED = '[redacted]';

/** Whether the caller may see where and who somebody is. */
export const seesPersonal = ({ scopes }: Pick<Principal, 'scopes'>): boolean =>
  scopes.includes('audit:personal');

/** @throws DomainError when the caller may not see personal fields, and what he asks for would show them. */
export function assertSeesPersonal(caller: Pick<Principal, 'scopes'>, what: string): void {
  if (!seesPersonal(caller))
    throw new DomainError(
      'forbidden',
      'scope-insufficient',
      `${what}: the token lacks the scope audit:personal.`,
    );
}

/** The entry as somebody sees it who may not see personal fields; it says so where anything is left out. */
export function redacted(entry: AuditEntry): AuditEntry {
  const data = withoutPersonal(entry.event['data']);
  if (JSON.stringify(data) === JSON.stringify(entry.event['data'])) return entry;
  return { ...entry, event: { ...entry.event, data }, redacted: true };
}

function withoutPersonal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersonal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isPersonal(name) ? REDACTED : withoutPersonal(member),
    ]),
  );
}

import { IssuerDistrusted, IssuerTrusted, type TrustedIssuerTerms } from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';
import { type Decider, DomainError } from '@gatehouse/kernel';

/** What can happen in a trusted issuer's stream. */
export type TrustedIssuerEvent =
  | { type: typeof IssuerTrusted.type; data: IssuerTrusted['data'] }
  | { type: typeof IssuerDistrusted.type; data: IssuerDistrusted['data'] };

/** Terms never change: another trust is another stream, so that every token names the terms it was given under. */
export type TrustedIssuer = { readonly status: 'absent' | 'trusted' | 'distrusted' };

export type TrustedIssuerCommand =
  | { kind: 'trust'; trustedIssuerId: string; terms: TrustedIssuerTerms }
  | { kind: 'distrust'; trustedIssuerId: string; reason: string };

/** Also for another tenant's: who may not see it learns nothing. */
export const trustedIssuerNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no trusted issuer ${id.slice(0, 64)}.`);

/** The rules of trust. */
export const trustedIssuerDecider: Decider<TrustedIssuerCommand, TrustedIssuerEvent, TrustedIssuer> = {
  initial: { status: 'absent' },
  decide(command, { status }) {
    const { trustedIssuerId } = command;
    switch (command.kind) {
      case 'trust':
        return status === 'absent'
          ? [{ type: IssuerTrusted.type, data: { trustedIssuerId, ...command.terms } }]
          : [];
      case 'distrust':
        if (status === 'absent') throw trustedIssuerNotFound(trustedIssuerId);
        return status === 'distrusted'
          ? []
          : [{ type: IssuerDistrusted.type, data: { trustedIssuerId, reason: command.reason } }];
    }
  },
  evolve(_state, event) {
    switch (event.type) {
      case 'issuer.trusted.v1':
        return { status: 'trusted' };
      case 'issuer.distrusted.v1':
        return { status: 'distrusted' };
    }
  },
};

/** @throws when the store holds a type this build does not know. */
export function trustedIssuerEventOf(stored: StoredEvent): TrustedIssuerEvent {
  switch (stored.type) {
    case IssuerTrusted.type:
      return { type: IssuerTrusted.type, data: IssuerTrusted.data.parse(stored.data) };
    case IssuerDistrusted.type:
      return { type: IssuerDistrusted.type, data: IssuerDistrusted.data.parse(stored.data) };
    default:
      throw new Error(`stream ${stored.streamId} holds an unknown event: ${stored.type}`);
  }
}

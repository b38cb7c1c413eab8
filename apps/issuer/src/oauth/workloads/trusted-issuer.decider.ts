import { IssuerDistrusted, IssuerTrusted, type TrustedIssuerTerms } from '@gatehouse/contracts';
import { type Decider, DomainError } from '@gatehouse/kernel';
import { storedEventsOf } from '../../stored-events.js';

export const trustedIssuerEventOf = storedEventsOf(IssuerTrusted, IssuerDistrusted);

/** What can happen in a trusted issuer's stream. */
export type TrustedIssuerEvent = ReturnType<typeof trustedIssuerEventOf>;

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

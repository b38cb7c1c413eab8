import type { Project } from '@gatehouse/event-store';
import { trustedIssuerEventOf } from './trusted-issuer.decider.js';

/** Keeps `trusted_issuer` true, in the transaction that appends the events. */
export const projectTrustedIssuers: Project = async (manager, events) => {
  for (const stored of events) {
    const { type, data } = trustedIssuerEventOf(stored);
    if (type === 'issuer.distrusted.v1') {
      await manager.query('delete from trusted_issuer where id = $1', [stored.streamId]);
    } else {
      const { trustedIssuerId, ...terms } = data;
      await manager.query(
        `insert into trusted_issuer (id, tenant, application_id, issuer, terms, created_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          trustedIssuerId,
          stored.tenant,
          terms.applicationId,
          terms.issuer,
          terms,
          stored.at,
          stored.metadata.actor,
        ],
      );
    }
  }
};

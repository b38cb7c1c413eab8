import type { AccessTokenIssued } from '@gatehouse/contracts';
import type { Project, StoredEvent } from '@gatehouse/event-store';
import type { EntityManager } from 'typeorm';
import { accessTokenEventOf } from './access-token.decider.js';

/** Why a token that was used says that it was revoked. */
export const USED = 'used';

/** Says in `access_token` that a token has ended. An API token's end, which is the same event, changes nothing there. */
export const projectEnds: Project = async (manager, events) => {
  for (const stored of events) {
    const { type, data } = accessTokenEventOf(stored);
    if (type === 'access-token.issued.v1') continue;
    const reason = type === 'access-token.consumed.v1' ? USED : data.reason;
    await manager.query('update access_token set revoked_at = $2, revoked_reason = $3 where id = $1', [
      stored.streamId,
      stored.at,
      reason,
    ]);
  }
};

/**
 * Keeps `access_token` and `workload_token` as `issue_access_tokens` and {@link projectEnds} do.
 * @param grantKeyOf under which a grant is kept.
 */
export const projectAccessTokens =
  (grantKeyOf: (grantId: string) => string): Project =>
  async (manager, events) => {
    for (const stored of events) {
      const { type, data } = accessTokenEventOf(stored);
      if (type !== 'access-token.issued.v1') await projectEnds(manager, [stored]);
      else await insert(manager, stored, data, data.grantId === null ? null : grantKeyOf(data.grantId));
    }
  };

async function insert(
  manager: EntityManager,
  { streamId, version }: StoredEvent,
  { scopes, workload }: AccessTokenIssued['data'],
  grantKey: string | null,
): Promise<void> {
  // From the row itself: a `Date` has lost the microseconds.
  await manager.query(
    `insert into access_token (
       id, tenant, application_id, user_id, audience, scopes, key_id, grant_key, subject_token_id, issued_at, expires_at,
       service_account_id
     )
     select stream_id, tenant, data->>'applicationId', data->>'userId', data->>'audience', $3::text[], data->>'keyId', $4,
       data->>'subjectTokenId', at, (data->>'expiresAt')::timestamptz, data->>'serviceAccountId'
     from events where stream_id = $1 and version = $2`,
    [streamId, version, scopes, grantKey],
  );
  if (workload)
    await manager.query('insert into workload_token (token_id, trusted_issuer_id) values ($1, $2)', [
      streamId,
      workload.trustedIssuerId,
    ]);
}

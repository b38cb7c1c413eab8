import { newEventId, newId } from '@gatehouse/kernel';
import type { Stage } from './stage.js';

/** A token as the recorder would ask for it. */
export interface AskedFor {
  data: Record<string, unknown> & { tokenId: string };
  /** The grant, or the trusted issuer, behind it. */
  link?: string;
  tenant?: string;
}

/** Terms of tokens that may be issued, by an application and a key that are there. */
export async function issuingOf(stage: Stage) {
  const { id: applicationId } = await stage.register();
  const [{ key_id: keyId }] = await stage.dataSource.query<{ key_id: string }[]>(
    'select key_id from signing_key',
  );
  return {
    token: (terms: Record<string, unknown> = {}): AskedFor['data'] => ({
      tokenId: newId('tok'),
      applicationId,
      keyId,
      userId: null,
      audience: 'https://api.example',
      scopes: ['demo:read'],
      expiresAt: '2100-01-01T00:00:00.000Z',
      subjectTokenId: null,
      ...terms,
    }),
    /** Asks the function itself: which requests share a call is chance. */
    issue: async (tokens: readonly AskedFor[]): Promise<string[]> => {
      const rows = await stage.dataSource.query<{ outcome: string }[]>(
        'select issue_access_tokens($1, $2, $3::jsonb[], $4::jsonb[], $5) as outcome',
        [
          tokens.map(() => newEventId()),
          tokens.map(({ tenant = 'default' }) => tenant),
          tokens.map(() => JSON.stringify({ actor: 'system:test' })),
          tokens.map(({ data }) => JSON.stringify(data)),
          tokens.map(({ link = null }) => link),
        ],
      );
      return rows.map(({ outcome }) => outcome);
    },
  };
}

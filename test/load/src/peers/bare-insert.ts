import { randomBytes } from 'node:crypto';
import { newEventId, newId } from '@gatehouse/kernel';
import { Pool } from 'pg';
import { POOL } from '../system/lone-issuer.js';

/** The rows of one issuance, inserted by hand: what Postgres itself takes for the same durability. */
export class BareInsert {
  private readonly pool: Pool;

  constructor(databaseUrl: string) {
    this.pool = new Pool({ connectionString: databaseUrl, max: POOL, options: '-c search_path=issuer' });
  }

  /** One token: its event, its summary and its secret, in one transaction. */
  async one(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      for (const [sql, values] of rowsOfAToken()) await client.query(sql, values);
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

function rowsOfAToken(): [string, unknown[]][] {
  const [tokenId, secretId, hash] = [newId('tok'), newId('sec'), randomBytes(32).toString('base64url')];
  const data = { tokenId, name: 'bench', scopes: ['bench:read'], secret: { id: secretId, hash } };
  return [
    [
      'insert into events (id, stream_id, version, type, tenant, data, metadata) values ($1, $2, 1, $3, $4, $5, $6)',
      [newEventId(), tokenId, 'bench.inserted.v1', 'bench', data, { actor: 'system:bench' }],
    ],
    [
      `insert into token_summary (id, tenant, name, scopes, ip_allow, metadata, created_at, created_by)
       values ($1, 'bench', 'bench', '{bench:read}', '{}', '{}', now(), 'system:bench')`,
      [tokenId],
    ],
    [
      `insert into token_secret (id, token_id, hash, last4, added_at) values ($1, $2, $3, 'abcd', now())`,
      [secretId, tokenId, hash],
    ],
  ];
}

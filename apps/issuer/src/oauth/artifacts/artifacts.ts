import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { Seal } from '../../keys/master-key.js';

/** What is kept beside an artifact's payload. */
export interface ArtifactLinks {
  grantId?: string | undefined;
  uid?: string | undefined;
  userCode?: string | undefined;
  /** Id of the access token this is. */
  tokenId?: string | undefined;
  expiresAt?: Date | undefined;
  /** Whose grant this is. */
  applicationId?: string | undefined;
  userId?: string | undefined;
}

/** An artifact as it was kept. */
export interface Artifact {
  payload: Record<string, unknown>;
  tokenId: string | null;
}

interface Row {
  id: string;
  payload: Buffer;
  token_id: string | null;
}

const COLUMNS = 'id, payload, token_id';

/** The protocol engine's short-lived state, sealed and found by keyed hashes alone. */
@Injectable()
export class Artifacts {
  private readonly hash: (value: string) => string;
  private readonly seal: Seal;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.hash = MASTER_KEY.hashFor('oauth artifact ids');
    this.seal = MASTER_KEY.sealFor('oauth artifacts');
  }

  /** What something is kept under: of no use to whoever reads it. */
  keyOf(model: string, id: string): string {
    return this.hash(`${model} ${id}`);
  }

  /** @returns false when it is kept already and `onlyNew` was asked for. */
  async keep(
    model: string,
    id: string,
    payload: Record<string, unknown>,
    links: ArtifactLinks,
    onlyNew = false,
  ): Promise<boolean> {
    const key = this.keyOf(model, id);
    const rows = await this.dataSource.query<unknown[]>(
      `insert into oauth_artifact (model, id, payload, grant_key, uid_key, user_code_key, token_id, expires_at,
         application_id, user_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (model, id) do ${onlyNew ? 'nothing' : OVERWRITE} returning id`,
      [
        model,
        key,
        this.seal.close(JSON.stringify(payload), key),
        links.grantId === undefined ? null : this.keyOf('Grant', links.grantId),
        links.uid === undefined ? null : this.keyOf('uid', links.uid),
        links.userCode === undefined ? null : this.keyOf('user code', links.userCode),
        links.tokenId ?? null,
        links.expiresAt ?? null,
        links.applicationId ?? null,
        links.userId ?? null,
      ],
    );
    return rows.length > 0;
  }

  find(model: string, id: string): Promise<Artifact | undefined> {
    return this.read('model = $1 and id = $2', [model, this.keyOf(model, id)]);
  }

  findByUid(uid: string): Promise<Artifact | undefined> {
    return this.findByUidKey(this.keyOf('uid', uid));
  }

  findByUidKey(uidKey: string): Promise<Artifact | undefined> {
    return this.read('uid_key = $1', [uidKey]);
  }

  async removeByUidKey(uidKey: string): Promise<void> {
    await this.dataSource.query('delete from oauth_artifact where uid_key = $1', [uidKey]);
  }

  findByUserCode(userCode: string): Promise<Artifact | undefined> {
    return this.read('user_code_key = $1', [this.keyOf('user code', userCode)]);
  }

  /** Finds it and forgets it, for one caller: of many at once the others find nothing. Nor is what has expired found. */
  async take(model: string, id: string): Promise<Record<string, unknown> | undefined> {
    const [[row]] = await this.dataSource.query<[Row[], number]>(
      `delete from oauth_artifact where model = $1 and id = $2 and expires_at > now() returning ${COLUMNS}`,
      [model, this.keyOf(model, id)],
    );
    return row && this.payloadOf(row);
  }

  /** @returns the id of the access token it was, if it was one. */
  async remove(model: string, id: string): Promise<string | undefined> {
    const [rows] = await this.dataSource.query<[{ token_id: string | null }[], number]>(
      'delete from oauth_artifact where model = $1 and id = $2 returning token_id',
      [model, this.keyOf(model, id)],
    );
    return rows[0]?.token_id ?? undefined;
  }

  /** Ends a grant: what follows from it is gone, and nothing can be issued by it any more. */
  async endGrant(grantKey: string): Promise<void> {
    await this.dataSource.query(
      `delete from oauth_artifact where (model = 'Grant' and id = $1) or (grant_key = $1 and model <> 'Session')`,
      [grantKey],
    );
  }

  /** Forgets what has expired; at most `limit` rows. */
  async forgetExpired(limit: number): Promise<void> {
    await this.dataSource.query(
      `delete from oauth_artifact where ctid = any(array(
         select ctid from oauth_artifact where expires_at < now() - interval '1 hour' limit $1))`,
      [limit],
    );
  }

  private async read(where: string, parameters: unknown[]): Promise<Artifact | undefined> {
    const [row] = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from oauth_artifact where ${where}`,
      parameters,
    );
    return row && { payload: this.payloadOf(row), tokenId: row.token_id };
  }

  private payloadOf({ id, payload }: Row): Record<string, unknown> {
    return JSON.parse(this.seal.open(payload, id)) as Record<string, unknown>;
  }
}

const OVERWRITE = `update set payload = excluded.payload, grant_key = excluded.grant_key,
  uid_key = excluded.uid_key, user_code_key = excluded.user_code_key, expires_at = excluded.expires_at`;

import { type SigningAlgorithm, SigningAlgorithm as SigningAlgorithms } from '@gatehouse/contracts';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { JWK } from 'jose';
import { DataSource, IsNull } from 'typeorm';
import { ID_TOKEN_TTL_SECONDS, type IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { KeyringHandler } from './keyring.handler.js';
import { SigningKey } from './signing-key.entity.js';

const EVERY_MS = 500;
const SKEW_SECONDS = 60;
const BY_SYSTEM = { actor: 'system:issuer' };

/** One key in use. */
interface KeyInUse {
  readonly keyId: string;
  readonly algorithm: SigningAlgorithm;
  readonly status: 'pending' | 'active' | 'retiring';
  readonly publicJwk: Readonly<Record<string, string>>;
}

/** A key with its private part in memory, or with its name at the signer that has it. */
export type UsableKey = KeyInUse &
  (
    | { readonly privateJwk: JWK; readonly externalName?: undefined }
    | { readonly privateJwk?: undefined; readonly externalName: string }
  );

/**
 * The keys this issuer verifies with and signs with, as the read model has them. Looks twice a second, so that several
 * issuers agree long before a published key signs; and moves keys on when their time has come. Several may try: a
 * repeated command adds no event.
 */
@Injectable()
export class SigningKeys implements OnModuleInit, OnModuleDestroy {
  private keys: readonly UsableKey[] = [];
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(KeyringHandler) private readonly handler: KeyringHandler,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    if (!this.signer('ES256')) {
      const ensure = { kind: 'ensure', algorithm: 'ES256', now: new Date() } as const;
      await this.handler.handleWithNewKey(ensure, BY_SYSTEM);
      await this.refresh();
    }
    this.timer = setInterval(() => void this.tick(), EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  /** Everything that is in the JWK Set. */
  all(): readonly UsableKey[] {
    return this.keys;
  }

  /** The key that signs now. */
  signer(algorithm: SigningAlgorithm): UsableKey | undefined {
    return this.keys.find((key) => key.algorithm === algorithm && key.status === 'active');
  }

  /** Told after every change of the keys. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Reads the keys again; what has just been committed is in force when this returns. */
  async refresh(): Promise<void> {
    const rows = await this.dataSource
      .getRepository(SigningKey)
      .find({ where: { endedAt: IsNull() }, order: { publishedAt: 'asc' } });
    const known = new Map(this.keys.map((key) => [key.keyId, key]));
    const keys = rows.flatMap((row) => this.usable(row, known.get(row.keyId)) ?? []);
    const changed = fingerprint(keys) !== fingerprint(this.keys);
    this.keys = keys;
    if (changed) for (const listener of this.listeners) listener();
  }

  private usable(row: SigningKey, known: UsableKey | undefined): UsableKey | undefined {
    const { keyId, algorithm, status, publicJwk, externalName, sealedPrivateJwk } = row;
    if (status === 'retired' || status === 'compromised') return undefined;
    if (externalName !== null) return { keyId, algorithm, status, publicJwk, externalName };
    if (!sealedPrivateJwk) return undefined;
    const seal = this.config.MASTER_KEY.sealFor('signing keys');
    const privateJwk = known?.privateJwk ?? (JSON.parse(seal.open(sealedPrivateJwk, keyId)) as JWK);
    return { keyId, algorithm, status, publicJwk, privateJwk };
  }

  private async tick(): Promise<void> {
    if (this.working) return;
    this.working = this.moveOn()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'signing keys are looked at later'))
      .finally(() => (this.working = undefined));
    await this.working;
  }

  private async moveOn(): Promise<void> {
    for (const algorithm of await this.due()) {
      const retiringSeconds = retiringSecondsOf(this.config);
      await this.handler.handle({ kind: 'advance', algorithm, now: new Date(), retiringSeconds }, BY_SYSTEM);
    }
    for (const algorithm of await this.old()) {
      const leadSeconds = this.config.SIGNING_KEY_LEAD_SECONDS;
      await this.handler.handleWithNewKey(
        { kind: 'rotate', algorithm, now: new Date(), leadSeconds },
        BY_SYSTEM,
      );
    }
    await this.refresh();
  }

  /** Algorithms with a key to activate or to retire. */
  private due(): Promise<SigningAlgorithm[]> {
    return this.algorithms(
      `select distinct algorithm from signing_key where ended_at is null
       and ((status = 'pending' and activate_at <= now()) or (status = 'retiring' and retire_at <= now()))`,
    );
  }

  /** Algorithms whose key has signed for long enough, and nobody waits to take over. Keys of the signer are made there, not here. */
  private old(): Promise<SigningAlgorithm[]> {
    return this.algorithms(
      `select algorithm from signing_key k where status = 'active'
       and external_name is null and activated_at <= now() - make_interval(secs => $1)
       and not exists (select from signing_key p where p.algorithm = k.algorithm and p.status = 'pending')`,
      [this.config.SIGNING_KEY_ROTATE_SECONDS],
    );
  }

  private async algorithms(sql: string, parameters: unknown[] = []): Promise<SigningAlgorithm[]> {
    const rows = await this.dataSource.query<{ algorithm: string }[]>(sql, parameters);
    return rows.map(({ algorithm }) => SigningAlgorithms.parse(algorithm));
  }
}

/** Whatever a key signed has expired by then, at whoever's clock (RFC 7519 §4.1.4: a few minutes of leeway at most). */
const retiringSecondsOf = ({ ACCESS_TOKEN_TTL_SECONDS }: IssuerConfig): number =>
  Math.max(ACCESS_TOKEN_TTL_SECONDS, ID_TOKEN_TTL_SECONDS) + SKEW_SECONDS;

const fingerprint = (keys: readonly UsableKey[]): string =>
  keys.map(({ keyId, status }) => `${keyId} ${status}`).join(',');

import { GatehouseProblem } from '@gatehouse/client';
import type { IssuerApi } from '@gatehouse/client';
import { SealedPersonalData, UserId } from '@gatehouse/contracts';
import type { AuditEntry, OpenFieldsBody } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { ISSUER } from '../audit.tokens.js';
import { seesPersonal } from '../redaction/redact.js';

type Sealed = OpenFieldsBody['items'][number];
type Shown = NonNullable<AuditEntry['person']>;

/** Of one call, as the issuer bounds it. */
const MOST_AT_ONCE = 200;
const TIMEOUT_MS = 1_500;

/** Who asks: the issuer decides what he may see, by his own token. */
export interface Reader {
  caller: Pick<Principal, 'scopes' | 'tenant'>;
  token: string;
}

/**
 * Says who entries are about, as long as the issuer has the person's key. Only on the way to the reader: what is opened is
 * neither stored nor remembered. The event stays as it is, sealed, because its hash is in the tree.
 */
@Injectable()
export class PersonOpener {
  constructor(
    @Inject(ISSUER) private readonly issuer: Pick<IssuerApi, 'openPersonalFields'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Adds `person` to those that hold sealed fields. Never fails: what cannot be opened stays sealed. */
  async opened(entries: readonly AuditEntry[], { caller, token }: Reader): Promise<AuditEntry[]> {
    if (!seesPersonal(caller)) return [...entries];
    const sealed = new Map(entries.flatMap((entry) => sealedIn(entry)));
    const own = entries.filter((entry) => sealed.has(entry) && entry.tenant === caller.tenant);
    const shown = new Map<AuditEntry, Shown>();
    const asked = chunksOf(own).map(async (chunk) => {
      const answers = await this.ask(
        chunk.map((entry) => sealed.get(entry)!),
        token,
      );
      for (const [i, entry] of chunk.entries()) shown.set(entry, answers[i] ?? { status: 'sealed' });
    });
    await Promise.all(asked);
    return entries.map((entry) =>
      sealed.has(entry) ? { ...entry, person: shown.get(entry) ?? { status: 'sealed' } } : entry,
    );
  }

  private async ask(items: Sealed[], token: string): Promise<Shown[]> {
    try {
      const answer = await this.issuer.openPersonalFields(items, { token, timeoutMs: TIMEOUT_MS });
      return answer.items.map((fields) => (fields ? { status: 'open', ...fields } : { status: 'erased' }));
    } catch (error) {
      // Who may not ask the issuer sees what anybody sees who asks while it is away.
      if (!(error instanceof GatehouseProblem))
        this.logger.warn({ err: error }, 'personal fields stay sealed: the issuer cannot be asked');
      return [];
    }
  }
}

function sealedIn(entry: AuditEntry): [AuditEntry, Sealed][] {
  const { userId, personal } = (entry.event['data'] ?? {}) as Record<string, unknown>;
  const [id, fields] = [UserId.safeParse(userId), SealedPersonalData.safeParse(personal)];
  return id.success && fields.success ? [[entry, { userId: id.data, personal: fields.data }]] : [];
}

const chunksOf = (entries: readonly AuditEntry[]): AuditEntry[][] =>
  Array.from({ length: Math.ceil(entries.length / MOST_AT_ONCE) }, (_, i) =>
    entries.slice(i * MOST_AT_ONCE, (i + 1) * MOST_AT_ONCE),
  );

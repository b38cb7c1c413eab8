import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TENANT_CLAIM } from '@gatehouse/contracts';
import { z } from 'zod';
import { refusals } from '../../request/refusals.js';
import { RoutesRejected } from '../../routes/routes-rejected.js';
import { bindingOf } from '../binding/binding.js';
import { claimFields } from '../claim-fields.js';
import { externalId } from '../external-id.js';
import type { OutsideIssuer } from '../credential.js';
import type { Resolution } from '../resolution.js';
import type { IntrospectionSpec } from './introspection-spec.js';

const TIMEOUT_MS = 3_000;
/** RFC 6750 §2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]{8,4096}=*$/;

/** RFC 7662 §2.2, as far as it is looked at. */
const Answer = z.looseObject({
  active: z.boolean(),
  exp: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  jti: z.string().max(64).optional(),
});

/** Asks one outside issuer. */
export class Introspector {
  private readonly authorization: string;

  constructor(
    readonly spec: IntrospectionSpec,
    clientSecret: string,
  ) {
    // RFC 6749 §2.3.1: both are form-encoded first.
    const pair = [spec.clientId, clientSecret].map(encodeURIComponent).join(':');
    this.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }

  /** @param digest names a token that the issuer gives no id. */
  async ask(token: string, digest: string): Promise<Resolution> {
    const askedAt = performance.now();
    const answer = await this.answerOn(token).catch(() => undefined);
    if (!answer) return { refusal: refusals.issuerUnavailable };
    const { tenant, audience, cacheSeconds } = this.spec;
    if (!answer.active) return { refusal: refusals.tokenUnknown };
    if ((answer[TENANT_CLAIM] ?? tenant) !== tenant) return { refusal: refusals.tokenForeign };
    if (audience !== undefined && ![answer.aud].flat().includes(audience))
      return { refusal: refusals.tokenForeign };
    const binding = bindingOf(answer['cnf']);
    if (binding === null) return { refusal: refusals.tokenMalformed };
    return {
      credential: {
        tokenId: answer.jti ?? externalId(digest),
        tenant,
        ...claimFields(answer),
        secretId: '',
        binding,
        keyId: undefined,
        ipAllow: undefined,
        ipDeny: undefined,
        expiresAtMs: answer.exp === undefined ? Number.POSITIVE_INFINITY : answer.exp * 1000,
        goodAtMs: Date.now() - (performance.now() - askedAt),
        confirmedAt: askedAt,
        asOf: undefined,
        issuers: undefined,
        foreign: undefined,
        introspected: { by: this, until: askedAt + cacheSeconds * 1000 },
        newerThan: 0,
        identityNewerThan: 0,
      },
    };
  }

  private async answerOn(token: string): Promise<z.infer<typeof Answer>> {
    const answer = await fetch(this.spec.url, {
      method: 'POST',
      headers: { authorization: this.authorization, accept: 'application/json' },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      redirect: 'error', // the client's secret goes nowhere else
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return Answer.parse(await answer.json());
  }
}

/** The outside issuers whose opaque tokens are asked about. */
export class Introspection {
  private constructor(private readonly byPrefix: readonly Introspector[]) {}

  /**
   * @param folder what `clientSecretFile` is relative to.
   * @throws RoutesRejected when a secret cannot be read.
   */
  static async load(specs: readonly IntrospectionSpec[], folder: string): Promise<Introspection> {
    const introspectors = await Promise.all(
      specs.map(async (spec) => new Introspector(spec, await secretOf(spec, folder))),
    );
    return new Introspection(
      introspectors.toSorted((a, b) => b.spec.tokenPrefix.length - a.spec.tokenPrefix.length),
    );
  }

  /** Who is asked about a token; `undefined`: nobody is. */
  askerOf(token: string): Introspector | undefined {
    if (this.byPrefix.length === 0 || !TOKEN.test(token)) return undefined;
    return this.byPrefix.find(({ spec }) => token.startsWith(spec.tokenPrefix));
  }

  /** Whether it still is who is asked. */
  has(introspector: OutsideIssuer): boolean {
    return this.byPrefix.some((known) => known === introspector);
  }
}

async function secretOf({ clientSecretFile }: IntrospectionSpec, folder: string): Promise<string> {
  const file = resolve(folder, clientSecretFile);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new RoutesRejected([`${file}: the client's secret cannot be read (${reason})`]);
  }
}

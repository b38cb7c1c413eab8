import { createHash } from 'node:crypto';
import type { LookupAnswer, ReportedLeak } from '@gatehouse/contracts';
import { TokenVerifier } from '@gatehouse/http';
import { digestOfToken, opaqueTokenPattern, parseOpaqueToken } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { Tenants } from '../tenants/tenants.js';
import { TokenLookups } from '../tokens/lookup-token/token-lookups.js';
import { TokenHandler } from '../tokens/token.handler.js';

const ANY_TOKEN = new RegExp(opaqueTokenPattern('[a-z][a-z0-9]{1,15}'), 'g');

/** One text that somebody holds to be a leaked token. */
export interface LeakMatch {
  token: string;
  source: string;
  url: string;
}

/** Who reports. */
export interface Reporter {
  /** As written into events. */
  actor: string;
  /** Only this tenant's tokens; absent: a scanner, for which a token is a token. */
  tenant?: string;
  traceparent: string;
}

type Found = Extract<LookupAnswer, { found: true }>;

/** Takes in reports of leaks. The token's text goes no further than this: what is kept is where it was seen. */
@Injectable()
export class LeakIntake {
  constructor(
    @Inject(TokenLookups) private readonly lookups: TokenLookups,
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  /** Reporting the same again changes nothing. What nobody knows and what is another tenant's are answered alike. */
  async report(match: LeakMatch, reporter: Reporter): Promise<ReportedLeak> {
    if (!parseOpaqueToken(match.token)) return { label: 'false_positive' };
    const found = await this.lookups.lookup(digestOfToken(match.token));
    if (!found.found || (reporter.tenant ?? found.tenant) !== found.tenant)
      return { label: 'false_positive' };
    return { label: 'true_positive', leakId: await this.record(found, match, reporter) };
  }

  private async record({ tokenId, tenant, secretId }: Found, match: LeakMatch, reporter: Reporter) {
    const source = withoutTokens(match.source);
    const url = withoutTokens(match.url);
    const leakId = leakIdOf(secretId, source, url);
    const { actor, traceparent } = reporter;
    const { leaks } = await this.tenants.policyOf(tenant);
    const policy = this.config.LEAK_POLICY.of(tenant, source, leaks);
    await this.handler.handle(
      tenant,
      { kind: 'report-leak', tokenId, leakId, secretId, source, url, policy },
      { actor, traceparent },
    );
    this.verifier.forget(tokenId);
    return leakId;
  }
}

/** An address may hold the very token it is about. */
const withoutTokens = (text: string): string => text.replace(ANY_TOKEN, '[token]');

function leakIdOf(...place: readonly string[]): string {
  return `leak_${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 32)}`;
}

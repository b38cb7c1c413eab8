import type { EventMetadata } from '@gatehouse/event-store';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import type { Workload } from '../workloads/workload-assertions.js';
import { isSingleUse } from './single-use.js';
import { exchangedTokenIn } from './token-exchange.js';
import { workloadIn } from './workload-grants.js';

/** In whose name something happens at the protocol engine, as events say it. */
export function callerOf(ctx: KoaContextWithOIDC | undefined): {
  tenant: string;
  grantType: string;
  /** Whether every token must be bound to a certificate. */
  certificateBoundTokens: boolean;
  /** The workload that asks, if one does. */
  workload: Workload | undefined;
  /** The API token being exchanged, if one is. */
  subjectTokenId: string | null;
  /** What the application acts as. */
  serviceAccountId?: string;
  /** Good for one request. */
  singleUse: boolean;
  metadata: EventMetadata;
} {
  const client = ctx?.oidc.client;
  if (!ctx || !client) throw new Error('no application asks for this');
  const { tenant, certificateBoundTokens, serviceAccount } = registrationOf(client);
  const { traceparent } = ctx.headers;
  const grantType = ctx.oidc.params?.['grant_type'];
  return {
    tenant,
    certificateBoundTokens,
    grantType: typeof grantType === 'string' ? grantType : '',
    workload: workloadIn(ctx),
    subjectTokenId: exchangedTokenIn(ctx)?.tokenId ?? null,
    ...(serviceAccount && { serviceAccountId: serviceAccount.id }),
    singleUse: isSingleUse(ctx),
    metadata: {
      actor: `application:${client.clientId}`,
      ...(typeof traceparent === 'string' ? { traceparent } : {}),
    },
  };
}

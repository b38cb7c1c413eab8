import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { SignInUnderWay } from '../../sign-in/steps/sign-in-steps.js';
import { registrationOf } from '../provider/client-registration.js';
import { OidcEngine } from '../provider/oidc-engine.js';
import { alertOf, pageHeaders, pageOf } from './page.js';
import { Suspensions } from '../../tenants/suspensions.js';
import { SUSPENDED_PAGE } from './suspended-page.js';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** An interaction at the step its page or form belongs to. */
export interface Asked {
  interaction: Interaction;
  application: string;
  at: SignInUnderWay;
}

/** What the engine asks of a person. Its cookie says whose interaction it is. */
@Injectable()
export class Interactions {
  private readonly origin: string;

  constructor(
    @Inject(OidcEngine) private readonly engine: OidcEngine,
    @Inject(Suspensions) private readonly suspensions: Suspensions,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.origin = issuerOf(config);
  }

  /** The interaction of this browser, if it is at the step the form belongs to; otherwise the page says so. */
  async of(
    request: FastifyRequest,
    reply: FastifyReply,
    step?: 'login' | 'consent',
  ): Promise<Asked | undefined> {
    try {
      const interaction = await this.engine.provider.interactionDetails(request.raw, reply.raw);
      const { uid } = request.params as { uid: string };
      const fits = interaction.uid === uid && (step === undefined || interaction.prompt.name === step);
      if (fits && !isForeign(request, this.origin)) {
        const clientId = String(interaction.params['client_id']);
        if (!(await this.suspensions.isSuspendedOfClient(clientId)))
          return await this.asked(request, interaction);
        send(reply, 403, undefined, SUSPENDED_PAGE);
        return undefined;
      }
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    send(reply, 400, undefined, OVER);
    return undefined;
  }

  /** Goes back to the engine with what came of it. */
  async finish(
    request: FastifyRequest,
    reply: FastifyReply,
    result: InteractionResults,
    mergeWithLastSubmission = false,
  ): Promise<void> {
    const returnTo = await this.engine.provider.interactionResult(request.raw, reply.raw, result, {
      mergeWithLastSubmission,
    });
    void reply.redirect(returnTo, 303);
  }

  private async asked(request: FastifyRequest, interaction: Interaction): Promise<Asked> {
    const client = await this.engine.provider.Client.find(String(interaction.params['client_id']));
    if (!client) throw new errors.InvalidClient('the application is disabled');
    return {
      interaction,
      application: client.clientName ?? client.clientId,
      at: {
        interaction: interaction.uid,
        tenant: registrationOf(client).tenant,
        applicationId: client.clientId,
        ...traceOf(request),
      },
    };
  }
}

/** The trace of a request, for the events it causes. */
export const traceOf = (request: FastifyRequest): { traceparent?: string } =>
  'traceparent' in request && typeof request.traceparent === 'string'
    ? { traceparent: request.traceparent }
    : {};

/** A form that another site has sent. Browsers say where a form is from; `null` where privacy forbids it. */
export function isForeign({ method, headers }: FastifyRequest, own: string): boolean {
  const { origin } = headers;
  return method === 'POST' && origin !== undefined && origin !== own && origin !== 'null';
}

/** Sends a page whose forms may lead back to the application, and nowhere else. */
export function send(
  reply: FastifyReply,
  status: number,
  interaction: Interaction | undefined,
  html: string,
  script?: 'own-scripts',
): void {
  const redirectUri = interaction?.params['redirect_uri'];
  void reply
    .status(status)
    .headers(pageHeaders(typeof redirectUri === 'string' ? [placeOf(redirectUri)] : [], script))
    .send(html);
}

const OVER = pageOf('This page is no longer in use', alertOf('Go back to the application and start again.'));

/** The origin of a redirect URI; a private-use scheme has none and stands for itself (CSP 3 §2.3.1). */
function placeOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
}

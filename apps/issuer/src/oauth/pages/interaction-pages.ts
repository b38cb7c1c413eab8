import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { PasswordSignIn } from '../../people/passwords/password-sign-in.js';
import { CustomScopes } from '../../permissions/scopes/custom-scopes.js';
import { registrationOf } from '../provider/client-registration.js';
import { OidcEngine } from '../provider/oidc-engine.js';
import { consentPage, loginPage } from './interaction-forms.js';
import { alertOf, pageHeaders, pageOf } from './page.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const LoginForm = z.object({ email: z.string().max(254), password: z.string().max(128) });
const Consent = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/** Where a person signs in and says what an application may do. The engine's cookie says whose interaction it is. */
@Injectable()
export class InteractionPages {
  private readonly origin: string;

  constructor(
    @Inject(OidcEngine) private readonly engine: OidcEngine,
    @Inject(PasswordSignIn) private readonly passwords: PasswordSignIn,
    @Inject(CustomScopes) private readonly scopes: CustomScopes,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.origin = issuerOf(config);
  }

  async show(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const interaction = await this.interactionOf(request, reply);
    if (!interaction) return;
    const { uid, prompt } = interaction;
    const { tenant, clientName } = await this.clientOf(interaction);
    if (prompt.name === 'login')
      return send(reply, 200, interaction, loginPage(uid, clientName, hintOf(interaction)));
    const { missingOIDCScope: identity, missingResourceScopes: resources } = Consent.parse(prompt.details);
    const told = await this.scopes.descriptionsOf(tenant, Object.values(resources).flat());
    const page = consentPage({ uid, application: clientName, identity, resources, told });
    return send(reply, 200, interaction, page);
  }

  async logIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const interaction = await this.interactionOf(request, reply, 'login');
    if (!interaction) return;
    const { tenant, clientName } = await this.clientOf(interaction);
    const form = LoginForm.safeParse(request.body);
    const { email, password } = form.success ? form.data : { email: '', password: '' };
    const attempt = await this.passwords.signIn(tenant, email, password);
    switch (attempt.outcome) {
      case 'signed-in':
        return this.finish(request, reply, { login: { accountId: attempt.userId, amr: ['pwd'] } });
      case 'locked':
        return send(reply, 429, interaction, loginPage(interaction.uid, clientName, email, LOCKED));
      case 'refused':
        return send(reply, 400, interaction, loginPage(interaction.uid, clientName, email, REFUSED));
    }
  }

  async consent(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const interaction = await this.interactionOf(request, reply, 'consent');
    if (!interaction) return;
    const { Grant } = this.engine.provider;
    const accountId = String(interaction.session?.accountId);
    const kept = interaction.grantId ? await Grant.find(interaction.grantId) : undefined;
    const grant = kept ?? new Grant({ accountId, clientId: String(interaction.params['client_id']) });
    const asked = Consent.parse(interaction.prompt.details);
    if (asked.missingOIDCScope.length > 0) grant.addOIDCScope(asked.missingOIDCScope.join(' '));
    if (asked.missingOIDCClaims.length > 0) grant.addOIDCClaims(asked.missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(asked.missingResourceScopes))
      grant.addResourceScope(resource, scopes.join(' '));
    await this.finish(request, reply, { consent: { grantId: await grant.save() } }, true);
  }

  async abort(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!(await this.interactionOf(request, reply))) return;
    const denied = { error: 'access_denied', error_description: 'the person said no' };
    await this.finish(request, reply, denied);
  }

  private async finish(
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

  /** The interaction of this browser, if it is at the step the form belongs to; otherwise the page says so. */
  private async interactionOf(
    request: FastifyRequest,
    reply: FastifyReply,
    step?: 'login' | 'consent',
  ): Promise<Interaction | undefined> {
    const { origin } = request.headers;
    const foreign =
      request.method === 'POST' && origin !== undefined && origin !== this.origin && origin !== 'null';
    try {
      const interaction = await this.engine.provider.interactionDetails(request.raw, reply.raw);
      const { uid } = request.params as { uid: string };
      const fits = interaction.uid === uid && (step === undefined || interaction.prompt.name === step);
      if (fits && !foreign) return interaction;
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    await send(reply, 400, undefined, OVER);
    return undefined;
  }

  private async clientOf({ params }: Interaction): Promise<{ tenant: string; clientName: string }> {
    const client = await this.engine.provider.Client.find(String(params['client_id']));
    if (!client) throw new errors.InvalidClient('the application is disabled');
    return { tenant: registrationOf(client).tenant, clientName: client.clientName ?? client.clientId };
  }
}

const hintOf = ({ params: { login_hint: hint } }: Interaction): string =>
  typeof hint === 'string' ? hint : '';

const REFUSED = 'The e-mail address or the password is wrong.';
const LOCKED = 'Too many attempts. Wait a little, then try again.';
const OVER = pageOf('This page is no longer in use', alertOf('Go back to the application and start again.'));

function send(
  reply: FastifyReply,
  status: number,
  interaction: Interaction | undefined,
  html: string,
): Promise<void> {
  const redirectUri = interaction?.params['redirect_uri'];
  void reply
    .status(status)
    .headers(pageHeaders(typeof redirectUri === 'string' ? [placeOf(redirectUri)] : []))
    .send(html);
  return Promise.resolve();
}

/** The origin of a redirect URI; a private-use scheme has none and stands for itself (CSP 3 §2.3.1). */
function placeOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Members } from '../../people/members/members.js';
import { CustomScopes } from '../../permissions/scopes/custom-scopes.js';
import { OidcEngine } from '../provider/oidc-engine.js';
import { consentPage } from './interaction-forms.js';
import { type Asked, type Interaction, Interactions, send } from './interactions.js';

const Consent = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

/** Where a person says what an application may do. */
@Injectable()
export class ConsentPages {
  constructor(
    @Inject(OidcEngine) private readonly engine: OidcEngine,
    @Inject(Interactions) private readonly interactions: Interactions,
    @Inject(CustomScopes) private readonly scopes: CustomScopes,
    @Inject(Members) private readonly members: Members,
  ) {}

  async show({ interaction, application, at }: Asked, reply: FastifyReply): Promise<void> {
    const { missingOIDCScope: identity, missingResourceScopes } = Consent.parse(interaction.prompt.details);
    const resources: Record<string, string[]> = {};
    for (const [resource, scopes] of Object.entries(missingResourceScopes))
      resources[resource] = [...(await this.members.narrow(at.tenant, accountOf(interaction), scopes))];
    const told = await this.scopes.descriptionsOf(at.tenant, Object.values(resources).flat());
    const page = consentPage({ uid: interaction.uid, application, identity, resources, told });
    send(reply, 200, interaction, page);
  }

  async allow(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'consent');
    if (!asked) return;
    const { interaction } = asked;
    const { Grant } = this.engine.provider;
    const accountId = accountOf(interaction);
    const kept = interaction.grantId ? await Grant.find(interaction.grantId) : undefined;
    const grant = kept ?? new Grant({ accountId, clientId: asked.at.applicationId });
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = Consent.parse(
      interaction.prompt.details,
    );
    if (missingOIDCScope.length > 0) grant.addOIDCScope(missingOIDCScope.join(' '));
    if (missingOIDCClaims.length > 0) grant.addOIDCClaims(missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
      const allowed = await this.members.narrow(asked.at.tenant, accountId, scopes);
      grant.addResourceScope(resource, allowed.join(' '));
      // Rejected, so that she is not asked for ever for what her role does not hold.
      grant.rejectResourceScope(resource, scopes.filter((scope) => !allowed.includes(scope)).join(' '));
    }
    await this.interactions.finish(request, reply, { consent: { grantId: await grant.save() } }, true);
  }

  async abort(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!(await this.interactions.of(request, reply))) return;
    const denied = { error: 'access_denied', error_description: 'the person said no' };
    await this.interactions.finish(request, reply, denied);
  }
}

const accountOf = ({ session }: Interaction): string => String(session?.accountId);

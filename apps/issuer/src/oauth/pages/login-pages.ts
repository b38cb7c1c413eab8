import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PasswordSignIn } from '../../people/passwords/password-sign-in.js';
import { levelOf, neededLevel } from '../../sign-in/assurance.js';
import type { SecondFactors } from '../../sign-in/factors/factors.js';
import { Passkeys } from '../../sign-in/factors/passkeys/passkeys.js';
import { IdentityProviders } from '../../sign-in/outside/identity-providers.js';
import { type SignedIn, SignInSteps, type StepRefusal } from '../../sign-in/steps/sign-in-steps.js';
import { ACR_NEEDED } from '../provider/sign-in-policy.js';
import { type Asked, Interactions, send } from './interactions.js';
import { loginPage } from './interaction-forms.js';
import { secondFactorPage } from './second-factor-form.js';

const LoginForm = z.object({ email: z.string().max(254), password: z.string().max(128) });
const CodeForm = z.object({ code: z.string().max(40) });
const PasskeyForm = z.object({ credential: z.string().max(8_192) });

/** Where a person signs in: a password and what she has beside it, or a passkey. */
@Injectable()
export class LoginPages {
  constructor(
    @Inject(Interactions) private readonly interactions: Interactions,
    @Inject(PasswordSignIn) private readonly passwords: PasswordSignIn,
    @Inject(Passkeys) private readonly passkeys: Passkeys,
    @Inject(IdentityProviders) private readonly providers: IdentityProviders,
    @Inject(SignInSteps) private readonly steps: SignInSteps,
  ) {}

  async show(request: FastifyRequest, reply: FastifyReply, asked: Asked): Promise<void> {
    const waiting = await this.steps.awaited(asked.at);
    if (waiting) return this.askForSecond(reply, asked, waiting);
    const { session, prompt, params } = asked.interaction;
    const isStepUp = session && prompt.reasons.every((reason) => reason === ACR_NEEDED);
    if (!isStepUp) return this.askForFirst(reply, asked, 200, hintOf(params['login_hint']));
    const method = session.amr?.includes('pwd') ? 'password' : 'identity-provider';
    await this.advance(request, reply, asked, { userId: session.accountId, methods: [method] });
  }

  async logIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'login');
    if (!asked) return;
    const form = LoginForm.safeParse(request.body);
    const { email, password } = form.success ? form.data : { email: '', password: '' };
    const attempt = await this.passwords.signIn(asked.at.tenant, email, password);
    switch (attempt.outcome) {
      case 'signed-in':
        return this.advance(request, reply, asked, { userId: attempt.userId, methods: ['password'] });
      case 'locked':
        return this.askForFirst(reply, asked, 429, email, LOCKED);
      case 'refused':
        if (attempt.userId !== undefined) await this.steps.failed(asked.at, attempt.userId, 'password-wrong');
        return this.askForFirst(reply, asked, 400, email, REFUSED);
    }
  }

  async code(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'login');
    if (!asked) return;
    const form = CodeForm.safeParse(request.body);
    const outcome = await this.steps.byCode(asked.at, form.success ? form.data.code : '');
    if (typeof outcome !== 'string') return this.finish(request, reply, asked, outcome);
    const waiting = await this.steps.awaited(asked.at);
    if (!waiting) return this.askForFirst(reply, asked, 400, '', WHY.over);
    return this.askForSecond(reply, asked, waiting, outcome);
  }

  async passkey(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'login');
    if (!asked) return;
    const form = PasskeyForm.safeParse(request.body);
    const outcome = await this.steps.byPasskey(asked.at, form.success ? form.data.credential : '');
    if (outcome !== 'refused') return this.finish(request, reply, asked, outcome);
    const waiting = await this.steps.awaited(asked.at);
    if (waiting) return this.askForSecond(reply, asked, waiting, 'wrong');
    return this.askForFirst(reply, asked, 400, '', NO_PASSKEY);
  }

  /** Another way may work. @param failure why this one did not. */
  startAgain(reply: FastifyReply, asked: Asked, failure: string): Promise<void> {
    return this.askForFirst(reply, asked, 400, '', failure);
  }

  /** A first factor is proven. */
  async advance(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Asked,
    step: Parameters<SignInSteps['proven']>[1],
  ): Promise<void> {
    const progress = await this.steps.proven(asked.at, step);
    if (progress.next === 'nothing') return this.finish(request, reply, asked, progress.signedIn);
    void reply.redirect(`/interaction/${asked.interaction.uid}`, 303);
  }

  /** RFC 9470 §5: who has no such factor cannot be let through, and must not be asked for ever. */
  private finish(
    request: FastifyRequest,
    reply: FastifyReply,
    { interaction }: Asked,
    { userId, acr, amr }: SignedIn,
  ): Promise<void> {
    const suffices = levelOf(acr) >= neededLevel(interaction.params['acr_values']);
    return this.interactions.finish(
      request,
      reply,
      suffices ? { login: { accountId: userId, acr, amr } } : UNMET,
    );
  }

  private async askForFirst(
    reply: FastifyReply,
    { interaction, application, at }: Asked,
    status: number,
    email: string,
    failure?: string,
  ): Promise<void> {
    const passkey = this.passkeys.areOffered ? await this.passkeys.signInOptions(interaction.uid) : undefined;
    const providers = await this.providers.list(at.tenant);
    const page = loginPage({ uid: interaction.uid, application, email, failure, passkey, providers });
    send(reply, status, interaction, page, passkey && 'own-scripts');
  }

  private async askForSecond(
    reply: FastifyReply,
    { interaction, application }: Asked,
    has: SecondFactors,
    refusal?: StepRefusal,
  ): Promise<void> {
    const passkey =
      has.passkey && this.passkeys.areOffered
        ? await this.passkeys.signInOptions(interaction.uid)
        : undefined;
    const status = refusal === undefined ? 200 : refusal === 'locked' ? 429 : 400;
    const failure = refusal && WHY[refusal];
    const page = secondFactorPage({ uid: interaction.uid, application, has, failure, passkey });
    send(reply, status, interaction, page, passkey && 'own-scripts');
  }
}

const hintOf = (hint: unknown): string => (typeof hint === 'string' ? hint : '');

const REFUSED = 'The e-mail address or the password is wrong.';
const LOCKED = 'Too many attempts. Wait a little, then try again.';
const NO_PASSKEY = 'This passkey is not known here. Sign in another way.';
const WHY: Record<StepRefusal, string> = {
  wrong: 'That did not work. Try again, or show something else.',
  used: 'This code was used already. Wait for the next one.',
  locked: LOCKED,
  over: 'That took too long. Please start again.',
};
const UNMET = {
  error: 'unmet_authentication_requirements',
  error_description: 'the person has no second factor; she can set one up on her account page',
};

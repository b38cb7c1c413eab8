import { type SignInFailed, SignInMethod } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Artifacts } from '../../oauth/artifacts/artifacts.js';
import { type Assurance, assuranceOf } from '../assurance.js';
import { FactorAttempts } from '../factors/attempts.js';
import { Factors, type SecondFactors } from '../factors/factors.js';
import { Passkeys } from '../factors/passkeys/passkeys.js';
import { RecoveryCodes } from '../factors/recovery-codes/recovery-codes.js';
import { type CodeOutcome, TotpFactors } from '../factors/totp/totp-factors.js';
import { actorOf, SignInJournal } from '../sign-in-journal.js';

const STEP_MS = 10 * 60_000;
const FirstStep = z.object({ userId: z.string(), methods: z.array(SignInMethod) });
type FirstStep = z.infer<typeof FirstStep>;
const KeptStep = FirstStep.extend({ until: z.number() });

/** A sign-in under way: one interaction of one browser with one application. */
export interface SignInUnderWay {
  interaction: string;
  tenant: string;
  applicationId: string;
  traceparent?: string;
}

/** Somebody who has shown all that she was asked for. */
export interface SignedIn extends Assurance {
  userId: string;
}

/** What comes next: nothing, or a second factor. */
export type Progress = { next: 'nothing'; signedIn: SignedIn } | { next: 'second-factor' };

/** Why a second factor did not help. `over`: the first one was shown too long ago. */
export type StepRefusal = 'wrong' | 'used' | 'locked' | 'over';

/** From the first factor to the last. Whoever has a second one is always asked for it. */
@Injectable()
export class SignInSteps {
  constructor(
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(Factors) private readonly factors: Factors,
    @Inject(TotpFactors) private readonly totp: TotpFactors,
    @Inject(RecoveryCodes) private readonly recoveryCodes: RecoveryCodes,
    @Inject(Passkeys) private readonly passkeys: Passkeys,
    @Inject(FactorAttempts) private readonly attempts: FactorAttempts,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
  ) {}

  /** The first factor is proven, here or in the session the person has already. */
  async proven(at: SignInUnderWay, step: FirstStep): Promise<Progress> {
    const has = await this.factors.secondOf(at.tenant, step.userId);
    if (!has) return { next: 'nothing', signedIn: await this.finish(at, step) };
    const until = Date.now() + STEP_MS;
    const kept = { ...step, until };
    await this.artifacts.keep('SignInStep', at.interaction, kept, { expiresAt: new Date(until) });
    return { next: 'second-factor' };
  }

  /** What the person can show now; `undefined` before the first factor. */
  async awaited({ interaction, tenant }: SignInUnderWay): Promise<SecondFactors | undefined> {
    const step = await this.stepOf(interaction);
    return step && this.factors.secondOf(tenant, step.userId);
  }

  /** @param code of the authenticator app, or a recovery code. */
  async byCode(at: SignInUnderWay, code: string): Promise<SignedIn | StepRefusal> {
    const step = await this.stepOf(at.interaction);
    if (!step) return 'over';
    const { userId, methods } = step;
    if (!(await this.attempts.mayTry(userId))) return 'locked';
    const { method, outcome } = await this.check(userId, code);
    if (outcome !== 'accepted') {
      await this.failed(at, userId, outcome === 'used' ? 'code-used' : 'code-wrong');
      return outcome;
    }
    await this.attempts.succeeded(userId);
    return this.finish(at, { userId, methods: [...methods, method] });
  }

  /** A passkey is both factors at once; after a first one it has to be of the same person. */
  async byPasskey(at: SignInUnderWay, credential: string): Promise<SignedIn | 'refused'> {
    const answer = await this.passkeys.verify(at.tenant, at.interaction, credential);
    if (!answer) return 'refused';
    const step = await this.stepOf(at.interaction);
    const isSame = step === undefined || step.userId === answer.userId;
    if (!answer.verified || !isSame) {
      await this.failed(at, answer.userId, 'passkey-refused');
      return 'refused';
    }
    return this.finish(at, { userId: answer.userId, methods: [...(step?.methods ?? []), 'passkey'] });
  }

  /** Somebody known failed at her first factor, or at a later one. */
  failed(at: SignInUnderWay, userId: string, reason: SignInFailed['data']['reason']): Promise<void> {
    const { tenant, applicationId } = at;
    return this.journal.failed(tenant, { userId, applicationId, reason }, metadataOf(at, 'system:issuer'));
  }

  private async check(
    userId: string,
    code: string,
  ): Promise<{ method: 'totp' | 'recovery-code'; outcome: CodeOutcome }> {
    const digits = code.replaceAll(/\s/g, '');
    return /^\d{6}$/.test(digits)
      ? { method: 'totp', outcome: await this.totp.verify(userId, digits) }
      : { method: 'recovery-code', outcome: await this.recoveryCodes.redeem(userId, code) };
  }

  private async finish(at: SignInUnderWay, { userId, methods }: FirstStep): Promise<SignedIn> {
    const assurance = assuranceOf(methods);
    const { tenant, applicationId } = at;
    const data = { userId, applicationId, methods, acr: assurance.acr };
    await this.journal.succeeded(tenant, data, metadataOf(at, actorOf(userId)));
    await this.artifacts.remove('SignInStep', at.interaction);
    return { userId, ...assurance };
  }

  private async stepOf(interaction: string): Promise<FirstStep | undefined> {
    const kept = await this.artifacts.find('SignInStep', interaction);
    const step = kept && KeptStep.parse(kept.payload);
    return step && step.until > Date.now() ? { userId: step.userId, methods: step.methods } : undefined;
  }
}

const metadataOf = ({ traceparent }: SignInUnderWay, actor: string) => ({
  actor,
  ...(traceparent === undefined ? {} : { traceparent }),
});

import type { ApplicationTerms } from '@gatehouse/contracts';
import type { ReplaceRegistration } from '../registration/replace-registration.js';
import type { GrantedBy, NewSecret } from '../../tokens/token.commands.js';

export interface RegisterApplication {
  kind: 'register';
  applicationId: string;
  terms: ApplicationTerms;
  secret: NewSecret | null;
  grantedBy: GrantedBy;
}

export interface UpdateApplication {
  kind: 'update';
  applicationId: string;
  changes: Partial<Omit<ApplicationTerms, 'authentication'>>;
  grantedBy: GrantedBy;
}

export interface RotateApplicationSecret {
  kind: 'rotate-secret';
  applicationId: string;
  secret: NewSecret;
  now: Date;
  overlapSeconds: number;
}

export interface DisableApplication {
  kind: 'disable';
  applicationId: string;
  reason: string;
}

export interface EnableApplication {
  kind: 'enable';
  applicationId: string;
  reason: string;
}

export type ApplicationCommand =
  | RegisterApplication
  | ReplaceRegistration
  | UpdateApplication
  | RotateApplicationSecret
  | DisableApplication
  | EnableApplication;

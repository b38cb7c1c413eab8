import { OPERATOR_TENANT, operatorPermissions, type Permission } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.js';
import { IS_PUBLIC, REQUIRED_PERMISSION } from './requires.js';
import { StepUpRequired } from './step-up-required.js';
import { TokenVerifier } from './token-verifier.js';

/** Lets a request through when its Bearer token (RFC 6750 §2.1) holds the permission the endpoint declares. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(REQUIRED_PERMISSION, targets);
    const request = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    request.principal = await this.admit(request, permission);
    return true;
  }

  /**
   * The caller behind a request, for an endpoint that is also reached in another way than by token.
   * @throws DomainError as `TokenVerifier` does; `token-missing`; `scope-insufficient`; `step-up-required`.
   */
  async admit(request: FastifyRequest, permission: Permission | undefined): Promise<Principal> {
    const principal = await this.verifier.verify(bearerOf(request), request.ip);
    if (permission && mayDo(principal, permission)) {
      if (principal.stepUp?.for.includes(permission)) throw new StepUpRequired(principal.stepUp);
      return principal;
    }
    throw new DomainError(
      'forbidden',
      'scope-insufficient',
      `This needs the scope ${permission ?? '(none grants it)'}.`,
    );
  }
}

/** What concerns every tenant is the operator's alone, whatever scopes another tenant's token came by. */
const mayDo = ({ scopes, tenant }: Principal, permission: Permission): boolean =>
  scopes.includes(permission) && (tenant === OPERATOR_TENANT || !operatorPermissions.has(permission));

function bearerOf(request: FastifyRequest): string {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && token && rest.length === 0) return token;
  throw new DomainError('unauthenticated', 'token-missing', 'Send "Authorization: Bearer <token>".');
}

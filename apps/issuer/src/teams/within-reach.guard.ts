import type { Principal } from '@gatehouse/http';
import type { DomainError } from '@gatehouse/kernel';
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { TeamReach } from './reach.js';

const NOT_FOUND = Symbol('not found');

type AuthenticatedRequest = FastifyRequest<{ Params: { id: string } }> & { principal: Principal };

/** What is another team's is not there. Runs behind the authentication. */
@Injectable()
class WithinReachGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const notFound = this.reflector.getAllAndOverride<(id: string) => DomainError>(NOT_FOUND, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { principal, params } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    await this.reach.refuseBeyond(principal, [params.id], notFound);
    return true;
  }
}

/**
 * The endpoint's `:id` may be of something that belongs to a team.
 * @param notFound what whoever is not in the team is told.
 */
export const WithinReach = (notFound: (id: string) => DomainError) =>
  applyDecorators(SetMetadata(NOT_FOUND, notFound), UseGuards(WithinReachGuard));

import type { Permission } from '@gatehouse/contracts';
import { type Principal, REQUIRED_PERMISSION } from '@gatehouse/http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { UseBuffer } from './use-buffer.js';

/** No gateway stands before the issuer's own API: what tokens are used for there, it notes itself. */
@Injectable()
export class OwnApiUses implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(UseBuffer) private readonly uses: UseBuffer,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal, ip } = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    if (principal && principal.secretId !== null) {
      const { tokenId, tenant, secretId } = principal;
      const targets = [context.getHandler(), context.getClass()];
      const scope = this.reflector.getAllAndOverride<Permission | undefined>(REQUIRED_PERMISSION, targets);
      const at = new Date().toISOString();
      this.uses.add({ tokenId, tenant, secretId, at, ip, country: '', scopes: scope ? [scope] : [] });
    }
    return next.handle();
  }
}

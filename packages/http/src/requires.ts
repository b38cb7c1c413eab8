import type { Permission } from '@gatehouse/contracts';
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Principal } from './principal.js';

/** Metadata key of {@link Requires}. */
export const REQUIRED_PERMISSION = Symbol('required permission');
/** Metadata key of {@link Public}. */
export const IS_PUBLIC = Symbol('public');

/** The permission a caller's token must hold for this endpoint. */
export const Requires = (permission: Permission) => SetMetadata(REQUIRED_PERMISSION, permission);

/** Marks an endpoint that needs no token. Everything else does: an endpoint with neither mark is refused. */
export const Public = () => SetMetadata(IS_PUBLIC, true);

/** The verified caller. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<{ principal: Principal }>().principal,
);

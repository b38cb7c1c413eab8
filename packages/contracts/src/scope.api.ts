import { z } from 'zod';
import { pageOf } from './page.js';
import { isPermission } from './permissions.js';
import { isRoleScope } from './roles.js';
import { Scope } from './token.fields.js';

const IDENTITY_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

/**
 * The name of a scope that a tenant defines. A segment in braces stands for any value: `invoice:read:{user_id}` is the
 * pattern of `invoice:read:42`.
 */
export const ScopeName = Scope.refine(
  (name) => !isPermission(name) && !isRoleScope(name) && !IDENTITY_SCOPES.has(name),
  'management scopes, roles and the scopes of OpenID Connect are defined already',
).refine(
  (name) => name.split(':').every((segment) => /^(\{\w{1,64}\}|[^{}]+)$/.test(segment)),
  'segments between colons, each a word or one {parameter}',
);

/** Body of `PUT /v1/scopes/{name}`. */
export const DefineScopeBody = z.strictObject({
  /** Groups scopes where people choose them. */
  category: z.string().trim().min(1).max(100),
  /** What whoever holds it may do, in words; people read it when they are asked for consent. */
  description: z.string().trim().min(1).max(300),
});
export type DefineScopeBody = z.infer<typeof DefineScopeBody>;

/** A scope as its tenant defined it. */
export const ScopeView = z.object({ name: z.string(), category: z.string(), description: z.string() });
export type ScopeView = z.infer<typeof ScopeView>;

/** Answer of `GET /v1/scopes`. */
export const ScopeList = pageOf(ScopeView);
export type ScopeList = z.infer<typeof ScopeList>;

/** Whether a scope is the one defined, or an instance of its pattern. */
export function isInstanceOf(defined: string, scope: string): boolean {
  const [pattern, segments] = [defined.split(':'), scope.split(':')];
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
  );
}

import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

/** Runs around the engine's own pipeline. */
export type EngineMiddleware = Parameters<Provider['use']>[0];

/** Whether the engine knew the path, so that its context says what came of the request. */
export const wasRouted = <Context extends object>(ctx: Context): ctx is Context & KoaContextWithOIDC =>
  'oidc' in ctx && ctx.oidc !== undefined;

export { isAddressAllowed } from './address.js';
export { AuthenticationGuard } from './authentication.guard.js';
export { HttpAuthModule } from './http-auth.module.js';
export type { Principal, TokenLookup } from './principal.js';
export { isConnectionLoss, ProblemFilter } from './problem.filter.js';
export { Caller, Public, Requires } from './requires.js';
export { parseWith, SchemaPipe } from './schema.pipe.js';
export { TokenVerifier } from './token-verifier.js';
export { newTraceparent, Trace, traceIdOf } from './trace.js';

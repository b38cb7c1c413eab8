import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticationGuard } from './authentication.guard.js';
import type { TokenLookup } from './principal.js';
import { TokenVerifier } from './token-verifier.js';

/** Guards every endpoint of an application: {@link Requires} or {@link Public} on each. */
@Module({})
export class HttpAuthModule {
  /** For a service that asks the issuer: `lookup` is its HTTP client. */
  static register(options: { lookup: TokenLookup }): DynamicModule {
    return HttpAuthModule.withVerifier(new TokenVerifier(options.lookup));
  }

  /** For a service that must {@link TokenVerifier.forget} tokens itself. */
  static withVerifier(verifier: TokenVerifier): DynamicModule {
    return {
      module: HttpAuthModule,
      global: true,
      providers: [
        { provide: TokenVerifier, useValue: verifier },
        AuthenticationGuard,
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
      ],
      exports: [TokenVerifier, AuthenticationGuard],
    };
  }
}

import type { CorsSpec } from '@gatehouse/contracts';
import { refusal, type Refusal } from '../request/refusal.js';

/** The CORS rules of one route: every header list it can answer with is made once. */
export class Cors {
  /** Flat lists of names and values, by origin. */
  private readonly allowed: ReadonlyMap<string, readonly string[]>;
  private readonly preflights: readonly string[];
  private readonly others: readonly string[];

  /** @param fixed what the route adds to every answer anyway. */
  constructor({ origins, headers, exposeHeaders, maxAgeSeconds }: CorsSpec, fixed: readonly string[]) {
    this.others = ['vary', 'origin', ...fixed];
    const expose =
      exposeHeaders.length > 0 ? ['access-control-expose-headers', exposeHeaders.join(', ')] : [];
    this.allowed = new Map(
      origins.map((origin) => [origin, ['access-control-allow-origin', origin, ...expose, ...this.others]]),
    );
    this.preflights = [
      ...(headers.length > 0 ? ['access-control-allow-headers', headers.join(', ')] : []),
      'access-control-max-age',
      `${maxAgeSeconds}`,
    ];
  }

  /** What goes with every answer, refusals included: a page could not read them otherwise. */
  headersFor(origin: string | undefined): readonly string[] {
    return (origin !== undefined && this.allowed.get(origin)) || this.others;
  }

  /** What a preflight for a method is answered with, beside {@link headersFor}; `undefined`: the origin is not listed. */
  preflight(origin: string, method: string): readonly string[] | undefined {
    return this.allowed.has(origin)
      ? ['access-control-allow-methods', method, ...this.preflights]
      : undefined;
  }
}

export const originRefused: Refusal = refusal(
  'origin-not-allowed',
  'Pages of this origin may not call this route. Ask its operator to list the origin.',
);

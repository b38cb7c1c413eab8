import type { FastifyInstance } from 'fastify';

/** One endpoint as the running application knows it. */
export interface Route {
  method: string;
  /** With its parameters as `:name`. */
  path: string;
}

/** Methods that add nothing: Fastify answers them by itself. */
const BY_ITSELF = new Set(['HEAD', 'OPTIONS', 'TRACE']);
/** Of routes that take every method, one stands for all. */
const MANY = 5;

/**
 * Every route registered with a running Fastify, from what it prints: a tree whose lines end in `(GET, POST)`. It has no
 * other list of them.
 */
export function routesOf(fastify: FastifyInstance): Route[] {
  const ancestors: { column: number; path: string }[] = [];
  return fastify
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const match = /^([│├└─\s]*)([^\s(]*)(?: \(([A-Z, -]+)\))?/u.exec(line);
      const segment = match?.[2];
      if (!match || !segment) return [];
      const column = match[1].length;
      while (ancestors.length > 0 && ancestors.at(-1)!.column >= column) ancestors.pop();
      const path = (ancestors.at(-1)?.path ?? '') + segment;
      ancestors.push({ column, path });
      const methods = (match[3]?.split(', ') ?? []).filter((method) => !BY_ITSELF.has(method));
      return (methods.length > MANY ? ['GET'] : methods).map((method) => ({ method, path }));
    });
}

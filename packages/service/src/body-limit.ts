import { RouteConfig } from '@nestjs/platform-fastify';
import type { RouteOptions } from 'fastify';

const KEY = 'gatehouseBodyLimit';

/** Lets one endpoint take larger bodies, or smaller ones, than its service does. */
export const BodyLimit = (bytes: number) => RouteConfig({ [KEY]: bytes });

/** For `onRoute`. */
export function limitBody(route: RouteOptions): void {
  const bytes = Object.entries(route.config ?? {}).find(([name]) => name === KEY)?.[1];
  if (typeof bytes === 'number') route.bodyLimit = bytes;
}

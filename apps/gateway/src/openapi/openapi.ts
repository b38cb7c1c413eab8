import type { Inspection } from '../request/inspection.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { Serve } from '../routes/route.js';
import type { ApiOf } from './loaded-api.js';
import { mock } from './mock/mock.js';
import type { MockSpec } from './mock/mock-spec.js';
import { OpenApiInspection } from './openapi-inspection.js';

/** The inspection of one route; none where it names no document. */
export function openApiInspections({ openapi, stripPrefix }: RouteSpec, apiOf: ApiOf): Inspection[] {
  const api = openapi && apiOf(openapi.file)?.api;
  return api ? [new OpenApiInspection(api, openapi, baseOf(openapi.basePath, stripPrefix))] : [];
}

/** How a route answers that mocks an API. */
export function mockOf(
  { openapi, basePath }: MockSpec,
  stripPrefix: string | undefined,
  apiOf: ApiOf,
): Serve {
  return mock(apiOf(openapi)!.mocks!, baseOf(basePath, stripPrefix));
}

const baseOf = (basePath: string | undefined, stripPrefix: string | undefined): string =>
  basePath ?? stripPrefix?.replace(/\/$/, '') ?? '';

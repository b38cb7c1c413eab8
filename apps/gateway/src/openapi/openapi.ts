import type { Inspection } from '../request/inspection.js';
import type { RouteSpec } from '../routes/routes-file.js';
import type { ApiOf } from './api-documents.js';
import { OpenApiInspection } from './openapi-inspection.js';

/** The inspection of one route; none where it names no document. */
export function openApiInspections({ openapi, stripPrefix }: RouteSpec, apiOf: ApiOf): Inspection[] {
  const api = openapi && apiOf(openapi.file)?.api;
  return api
    ? [new OpenApiInspection(api, openapi, openapi.basePath ?? stripPrefix?.replace(/\/$/, '') ?? '')]
    : [];
}

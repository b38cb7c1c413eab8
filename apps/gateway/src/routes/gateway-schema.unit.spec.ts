import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { gatewaySchema } from './gateway-schema.js';
import { readRoutes } from './read-routes.js';

const at = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('what is kept in the repository', () => {
  it('has the schema that the code generates; "npm run generate -w @gatehouse/gateway" writes it', () => {
    expect(JSON.parse(at('../../gateway.schema.json'))).toEqual(JSON.parse(gatewaySchema()));
  });

  it('has routes that the gateway takes', () => {
    const variables = new Map([['UPSTREAM_URL', 'http://127.0.0.1:8085']]);
    const { routes } = readRoutes(at('../../../../gateway.yaml'), 'gateway.yaml', variables);
    expect(routes.map(({ id }) => id)).toEqual(['demo', 'replay']);
  });
});

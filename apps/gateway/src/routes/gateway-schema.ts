import { z } from 'zod';
import { RoutesFile } from './routes-file.js';

/** The JSON Schema of gateway.yaml, for editors; the rules that span fields are checked by the gateway alone. */
export const gatewaySchema = (): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'gateway.yaml',
      ...z.toJSONSchema(RoutesFile, { io: 'input' }),
    },
    null,
    2,
  )}\n`;

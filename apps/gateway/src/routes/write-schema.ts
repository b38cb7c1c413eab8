import { writeFileSync } from 'node:fs';
import { gatewaySchema } from './gateway-schema.js';

writeFileSync(new URL('../../gateway.schema.json', import.meta.url), gatewaySchema());

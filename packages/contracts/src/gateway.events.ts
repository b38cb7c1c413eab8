import { z } from 'zod';
import { defineEvent } from './event.js';
import { ConfigVersion } from './gateway-config.api.js';

/** As many as an event names; `more` of them it only counts. */
const Named = z.object({ names: z.array(z.string().max(63)).max(100), more: z.int().min(0) });

/** Another configuration is in force at a gateway. Its `actor` is who applied it, or `file`: it was found in the file. */
export const GatewayConfigChanged = defineEvent(
  'GatewayConfigChanged',
  'gateway.config-changed.v1',
  'gateways.config-changed',
  z.object({
    gateway: z.string().min(1).max(64),
    /** `null`: the first that this gateway ever had. */
    before: ConfigVersion.nullable(),
    after: ConfigVersion,
    routes: z.object({ added: Named, removed: Named, changed: Named }),
    /** Names of what else differs, such as `limits`. */
    settings: z.array(z.string().max(63)).max(100),
  }),
);
export type GatewayConfigChanged = z.infer<typeof GatewayConfigChanged.schema>;

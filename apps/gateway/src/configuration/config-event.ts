import { type ConfigChange, GatewayConfigChanged, OPERATOR_TENANT } from '@gatehouse/contracts';
import { newEventId } from '@gatehouse/kernel';

/** As many as an event names. */
const MOST_NAMES = 100;

/** What an event says of a change. */
export interface ConfigChanged {
  readonly gateway: string;
  readonly before: string | null;
  readonly after: string;
  readonly author: string;
  readonly at: Date;
  readonly changes: readonly ConfigChange[];
}

/** The event of another configuration: which routes and settings, not what they say. */
export function configEvent({
  gateway,
  before,
  after,
  author,
  at,
  changes,
}: ConfigChanged): GatewayConfigChanged {
  const routes = (change: ConfigChange['change']) => named(changes, 'route', change);
  return {
    specversion: '1.0',
    id: newEventId(),
    type: GatewayConfigChanged.type,
    source: 'gateway',
    subject: gateway,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    tenant: OPERATOR_TENANT,
    actor: author,
    data: {
      gateway,
      before,
      after,
      routes: { added: routes('added'), removed: routes('removed'), changed: routes('changed') },
      settings: named(changes, 'setting').names,
    },
  };
}

function named(
  changes: readonly ConfigChange[],
  kind: ConfigChange['kind'],
  change?: ConfigChange['change'],
) {
  const names = changes
    .filter((one) => one.kind === kind && (change === undefined || one.change === change))
    .map(({ name }) => name);
  return { names: names.slice(0, MOST_NAMES), more: Math.max(0, names.length - MOST_NAMES) };
}

import type { NoteSigner } from '@gatehouse/tlog';
import type { Outlet } from './outlet.js';
import { FileOutlet } from './outlets/file-outlet.js';
import { SyslogOutlet } from './outlets/syslog-outlet.js';
import { WebhookOutlet } from './outlets/webhook-outlet.js';
import type { ConfiguredSink } from './sinks.config.js';

/** What a sink sends through. It connects when it is first used. */
export function openOutlet({ spec, keys }: ConfiguredSink, { name, keyId }: NoteSigner): Outlet {
  switch (spec.kind) {
    case 'file':
      return new FileOutlet(spec, name);
    case 'syslog':
      return new SyslogOutlet(spec);
    case 'webhook':
      return new WebhookOutlet(spec, { keys, logName: name, logKeyId: keyId });
  }
}

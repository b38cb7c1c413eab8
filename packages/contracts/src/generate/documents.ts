import { z } from 'zod';
import { SinksFile } from '../sinks-file.js';
import { auditEvents, type EventName, events, filterFor } from '../catalogue.js';

/** A JSON document. */
export type Json = Record<string, unknown>;

const everyEvent = { ...events, ...auditEvents };

/** The JSON Schema (2020-12) of one event version. */
export function jsonSchemaOf(name: EventName | keyof typeof auditEvents): Json {
  const { schema, type } = everyEvent[name];
  return { $id: `https://gatehouse.dev/events/${type}.json`, title: name, ...z.toJSONSchema(schema) };
}

/** The AsyncAPI 3.0 description of everything Gatehouse publishes. */
export function asyncApi(): Json {
  const names = Object.keys(events) as EventName[];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Gatehouse events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in JSON on NATS JetStream. Delivery is at least once: be idempotent by `id`.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(names.map((name) => [name, channelOf(name)])),
    operations: Object.fromEntries(
      names.map((name) => [`receive${name}`, { action: 'receive', channel: { $ref: `#/channels/${name}` } }]),
    ),
  };
}

function channelOf(name: EventName): Json {
  return {
    address: filterFor(name, '{tenant}'),
    parameters: { tenant: { description: 'tenant id, or * for all the subscriber may see' } },
    messages: {
      [name]: { name, title: events[name].type, payload: { $ref: `./${events[name].type}.json` } },
    },
  };
}

/** Every generated file, by its name below `docs/events`. */
export function documents(): Record<string, Json> {
  const schemas = (Object.keys(everyEvent) as (keyof typeof everyEvent)[]).map((name) => [
    `${everyEvent[name].type}.json`,
    jsonSchemaOf(name),
  ]);
  return { ...Object.fromEntries(schemas), 'asyncapi.json': asyncApi() };
}

/** Every generated schema of a file that people write, by its name below `docs/schemas`. */
export function schemas(): Record<string, Json> {
  const id = 'https://gatehouse.dev/schemas/audit-sinks.json';
  const sinks = z.toJSONSchema(SinksFile, { io: 'input' });
  return { 'audit-sinks.json': { $id: id, title: 'Where the audit log is sent to', ...sinks } };
}

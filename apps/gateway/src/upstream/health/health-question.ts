import type { Dispatcher } from 'undici';
import type { Told } from '../ask.js';
import type { HealthCheckSpec } from './health-spec.js';

/** What a target is asked to find out whether it is well. */
export interface HealthQuestion {
  readonly request: Dispatcher.DispatchOptions;
  readonly isWell: (told: Told) => boolean;
}

/** @param base what stands before every path of the target. */
export function questionOf({ path, grpc, timeoutMs }: HealthCheckSpec, base: string): HealthQuestion {
  const headers = ['user-agent', 'gatehouse-health'];
  if (!grpc)
    return {
      request: { method: 'GET', path: base + path, headers, body: null },
      isWell: ({ status }) => status >= 200 && status < 300,
    };
  return {
    request: {
      method: 'POST',
      path: `${base}/grpc.health.v1.Health/Check`,
      headers: [...headers, 'content-type', 'application/grpc', 'grpc-timeout', `${timeoutMs}m`],
      body: messageOf(grpc.service),
    },
    isWell: ({ body, trailers }) => trailers['grpc-status'] === '0' && isServing(body),
  };
}

/** `HealthCheckRequest { string service = 1; }` in one frame that is not compressed. */
function messageOf(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** `HealthCheckResponse { ServingStatus status = 1; }`, where SERVING is 1. */
const isServing = (body: Buffer): boolean =>
  body.length >= 7 && body[0] === 0 && body.readUInt16BE(5) === 0x0801;

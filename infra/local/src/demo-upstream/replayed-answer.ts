import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const CHUNK = Buffer.alloc(64 * 1024, 'gatehouse ');
const MAX_BYTES = 2 ** 40;
/** RFC 9110 §6.4.1: such answers have no content. */
const BODILESS = new Set([204, 205, 304]);

/** Answers with the status `x-replay-status` and a body of `x-replay-bytes` bytes, as a logged request was answered. */
export function answerReplayed(request: IncomingMessage, response: ServerResponse): void {
  const status = wholeNumber(request, 'x-replay-status', 200, 599);
  const bytes = wholeNumber(request, 'x-replay-bytes', 0, MAX_BYTES, '0');
  if (status === undefined || bytes === undefined) return refuse(response);
  if (BODILESS.has(status)) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/octet-stream', 'content-length': bytes });
  if (request.method === 'HEAD') return void response.end();
  pipeline(Readable.from(filler(bytes)), response).catch(() => response.destroy()); // the caller has left
}

function wholeNumber(
  { headers }: IncomingMessage,
  name: string,
  min: number,
  max: number,
  absent = '',
): number | undefined {
  const text = String(headers[name] ?? absent);
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}

function refuse(response: ServerResponse): void {
  const body = '{"error":"x-replay-status must be 200–599 and x-replay-bytes a number of bytes"}\n';
  response.writeHead(400, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function* filler(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK.length)
    yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
}

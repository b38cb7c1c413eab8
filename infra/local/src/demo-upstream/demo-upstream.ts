import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { answerReplayed } from './replayed-answer.js';

/** What is said back to the caller must not carry what proves who he is. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);
/** Longer than any proxy keeps an idle connection: the side that closes first must be the one that sends requests. */
const KEEP_ALIVE_MS = 75_000;

/** An API to put behind the gateway: it tells what it saw, or answers as a log says that somebody once answered. */
export function demoUpstream(): Server {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    request.resume();
    if (request.url?.startsWith('/health/')) sendJson(request, response, { status: 'ok' });
    else if (request.headers['x-replay-status'] !== undefined) answerReplayed(request, response);
    else sendJson(request, response, whatItSaw(request));
  });
  return server;
}

function whatItSaw({ method, url, headers }: IncomingMessage) {
  const shown = Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name));
  return { method, path: url, headers: Object.fromEntries(shown) };
}

function sendJson(request: IncomingMessage, response: ServerResponse, value: object): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

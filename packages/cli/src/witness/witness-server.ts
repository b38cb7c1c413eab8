import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Witness, WitnessAnswer } from './witness.js';

/** A proof, and a note with a hundred signatures, stay well below. */
const MOST_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

/** Where to listen, and who is told what was answered. */
export interface WitnessServerOptions {
  host: string;
  port: number;
  onAnswer: (answer: WitnessAnswer) => void;
  onFailure: (error: unknown) => void;
}

/** Serves `POST /add-checkpoint` of C2SP tlog-witness; resolves when it listens. */
export async function startWitnessServer(witness: Witness, options: WitnessServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    answer(witness, request, response, options).catch((error: unknown) => {
      options.onFailure(error);
      if (response.headersSent) response.destroy();
      else send(response, 500, 'text/plain', 'the witness could not keep what it would have signed\n');
    });
  });
  Object.assign(server, { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return server;
}

async function answer(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
  { onAnswer }: WitnessServerOptions,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path === '/health/live') return send(response, 200, 'text/plain', 'ok\n');
  if (path !== '/add-checkpoint') return send(response, 404, 'text/plain', 'POST /add-checkpoint\n');
  if (request.method !== 'POST')
    return send(response.setHeader('allow', 'POST'), 405, 'text/plain', 'only POST\n');
  const body = await boundedBody(request);
  if (body === undefined) return send(response, 413, 'text/plain', `at most ${MOST_BYTES} bytes\n`);
  const result = witness.addCheckpoint(body);
  onAnswer(result);
  if (result.status === 200) return send(response, 200, 'text/plain; charset=utf-8', result.signature);
  if (result.status === 409) return send(response, 409, 'text/x.tlog.size', `${result.size}\n`);
  send(response, result.status, 'text/plain; charset=utf-8', `${result.reason}\n`);
}

/** @returns nothing when it is longer than any request needs to be. */
async function boundedBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  // A body that was not read to its end must not be taken for the next request.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type }).end(body);
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One message that a webhook's receiver got. */
export interface Message {
  index: number;
  token: string | null;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A webhook's receiver that answers as the test says. */
export async function startWebhookReceiver(answer: (message: Message) => number = () => 204) {
  const messages: Message[] = [];
  const state = { answer };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { data } = JSON.parse(body) as { data: { index: number; token: string | null } };
      const message = { index: data.index, token: data.token, headers: request.headers, body };
      const status = state.answer(message);
      if (status < 300) messages.push(message);
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    /** Those it took, in the order of arrival. */
    messages,
    answers: (next: (message: Message) => number) => void (state.answer = next),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

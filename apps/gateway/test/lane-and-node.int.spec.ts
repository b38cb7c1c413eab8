import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRequest } from '../src/transport/lane/read-request.js';
import { forEachOf, sayAndLeave } from './say-and-leave.js';
import { mutations } from './smuggling-mutations.js';

const COUNT = 4_000;
const MAX_HEAD_BYTES = 16 * 1024;

interface Read {
  method: string | undefined;
  url: string | undefined;
  rawHeaders: string[];
  body: string;
}

const markOf = ({ rawHeaders }: Read) => rawHeaders[rawHeaders.indexOf('X-Mutation') + 1];

describe('what the lane takes', () => {
  let server: Server;
  const readByNode: Read[] = [];

  beforeAll(async () => {
    server = createServer(
      { requireHostHeader: false, maxHeaderSize: MAX_HEAD_BYTES },
      (request, response) => {
        const { method, url, rawHeaders } = request;
        void buffer(request).then((body) => {
          readByNode.push({ method, url, rawHeaders, body: body.toString('latin1') });
          response.end('read');
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('Node’s parser reads alike, whatever is done to it', async () => {
    const taken = mutations(COUNT, 20_261_122, 'Bearer x').flatMap(({ id, bytes }) => {
      const marked = bytes.replace('Authorization', `X-Mutation: ${id}\r\nAuthorization`);
      const message = Buffer.from(marked, 'latin1');
      const request = readRequest(message, MAX_HEAD_BYTES);
      if (typeof request !== 'object') return [];
      const { method, target, block, bodyStart, end } = request;
      const read = {
        method,
        url: target,
        rawHeaders: block.rawHeaders,
        body: message.toString('latin1', bodyStart, end),
      };
      return [{ id, read, sent: message.toString('latin1', 0, end) }];
    });
    expect(taken.length).toBeGreaterThan(200); // there is something to compare
    const { port } = server.address() as AddressInfo;
    await forEachOf(taken, 16, async ({ sent }) => void (await sayAndLeave(port, sent)));
    const byMark = new Map(readByNode.map((read) => [markOf(read), read]));
    for (const { id, read } of taken) expect(byMark.get(id)).toEqual(read);
    expect(readByNode).toHaveLength(taken.length);
  });
});

import { once } from 'node:events';
import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from './raw-request.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

const PER_ADDRESS = 3;
const IN_ALL = 5;
const SLOW = 'slowSeconds: 2, minBytesPerSecond: 1000';
const HUNG = `
  - id: hung
    path: /hung/*
    upstream: \${UPSTREAM_URL}
    stripPrefix: /hung
    timeouts: { headersMs: 3000 }
    scopes: { '*': [] }
`;

const fields = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: 1`);

describe('what a listener puts up with', () => {
  let stage: SecureStage;
  let capped: number;
  let slow: number;
  let small: number;
  let token: string;

  beforeAll(async () => {
    [capped, slow, small] = [await freePort(), await freePort(), await freePort()];
    stage = await setSecureStage(DEMO_ROUTES + HUNG, {
      extra: `bounds: { ${SLOW}, headersSeconds: 3, keepAliveSeconds: 3, maxRequestsPerConnection: 20 }`,
      more: [
        `{ name: capped, port: ${capped}, bounds: { maxConnectionsPerAddress: ${PER_ADDRESS}, maxConnections: ${IN_ALL} } }`,
        `{ name: slow, port: ${slow}, bounds: { ${SLOW} } }`,
        `{ name: small, port: ${small}, bounds: { maxHeaderBytes: 2048, maxRequestsPerConnection: 2 } }`,
      ],
    });
    token = stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] }).token;
  });
  afterAll(() => stage.stop());

  const head = (method: string, path: string, ...more: string[]) =>
    [`${method} ${path} HTTP/1.1`, `Host: ${HOST}`, `Authorization: Bearer ${token}`, ...more, '', ''].join(
      '\r\n',
    );

  const session = (): ClientHttp2Session => {
    const made = connectHttp2(`https://${HOST}:${stage.port}`, {
      ca: stage.ca,
      lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    return made.on('error', () => {});
  };
  const authorization = () => `Bearer ${token}`;

  describe('connections', () => {
    const sockets: Socket[] = [];
    /** @returns whether the gateway keeps it. */
    const opened = async (localAddress: string): Promise<boolean> => {
      const socket = connect({ port: capped, host: '127.0.0.1', localAddress });
      socket.on('error', () => {});
      sockets.push(socket);
      socket.write(head('GET', '/demo/x'));
      await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
      return !socket.destroyed && socket.bytesRead > 0;
    };
    afterAll(() => sockets.forEach((socket) => socket.destroy()));

    it('are so many from one address, so many in all, and as many again when some have gone', async () => {
      const first = [];
      for (let i = 0; i <= PER_ADDRESS; i++) first.push(await opened('127.0.0.2'));
      expect(first).toEqual([true, true, true, false]);
      const others = [];
      for (let i = PER_ADDRESS; i <= IN_ALL; i++) others.push(await opened(`127.0.0.${i}`));
      expect(others).toEqual([true, true, false]);
      sockets[0]?.destroy();
      await eventually(async () => expect(await opened('127.0.0.2')).toBe(true));
    });

    it('are closed after so many requests, which are all answered', async () => {
      const answers = await rawRequest(small, head('GET', '/demo/1') + head('GET', '/demo/2'));
      expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    });
  });

  describe('heads', () => {
    it('may be so large', async () => {
      const fits = head('GET', '/demo/x', `X-Long: ${'x'.repeat(1_500)}`, 'Connection: close');
      expect(await rawRequest(small, fits)).toMatch(/^HTTP\/1.1 200/);
      const large = await rawRequest(small, head('GET', '/demo/x', `X-Long: ${'x'.repeat(2_048)}`));
      expect(large).toMatch(/^HTTP\/1.1 400/);
      expect(large).toContain('The headers are larger than is taken here.');
    });

    it('may have so many fields', async () => {
      expect(await rawRequest(slow, head('GET', '/demo/x', ...fields(190), 'Connection: close'))).toMatch(
        /^HTTP\/1.1 200/,
      );
      const many = await rawRequest(slow, head('GET', '/demo/x', ...fields(210)));
      expect(many).toMatch(/^HTTP\/1.1 400/);
      expect(many).toContain('More than 200 headers were sent.');
    });
  });

  describe('bodies', () => {
    it('are refused when they come too slowly, and their call to the upstream is broken off', async () => {
      const { aborted } = stage.upstream;
      const answer = await rawRequest(slow, `${head('POST', '/demo/count', 'Content-Length: 100000')}slow`);
      expect(answer).toMatch(/^HTTP\/1.1 408/);
      expect(answer).toContain('"code":"request-too-slow"');
      await eventually(() => expect(stage.upstream.aborted).toBe(aborted + 1));
    });

    it('are not too slow when it is the upstream that does not take them', async () => {
      const sent = connect({ port: slow, host: '127.0.0.1' });
      sent.write(head('POST', '/hung/hang', 'Content-Length: 50000000'));
      sent.write(Buffer.alloc(50_000_000));
      expect(await text(sent)).toContain('"code":"upstream-timeout"');
    });

    it('may still be on their way when the answer has come, but not for ever', async () => {
      // Nobody reads this one: the upstream has answered.
      const answer = await rawRequest(slow, `${head('POST', '/demo/cookies', 'Content-Length: 100000')}slow`);
      expect(answer).toMatch(/^HTTP\/1.1 201/);
    });
  });

  describe('over HTTP/2', () => {
    it('refuses a body that comes too slowly', async () => {
      const { aborted } = stage.upstream;
      const stream = session().request({
        ':method': 'POST',
        ':path': '/demo/count',
        authorization: authorization(),
      });
      stream.write('slow');
      const [fields] = (await once(stream, 'response')) as [Record<string, unknown>];
      expect(fields[':status']).toBe(408);
      expect(String(await once(stream, 'data'))).toContain('"code":"request-too-slow"');
      await eventually(() => expect(stage.upstream.aborted).toBe(aborted + 1));
    });

    it('resets an answer that is not taken', async () => {
      const { aborted } = stage.upstream;
      const stream = session().request({
        ':path': '/demo/bytes?size=10000000',
        authorization: authorization(),
      });
      stream.on('error', () => {});
      await new Promise((resolve) => stream.once('close', resolve));
      expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
      await eventually(() => expect(stage.upstream.aborted).toBe(aborted + 1));
    });

    it('ends a session in which nothing is asked for, at first and later', async () => {
      await once(session(), 'close');
      const used = session();
      const stream = used.request({ ':path': '/demo/x', authorization: authorization() });
      expect(await text(stream)).toContain('/x');
      await once(used, 'close');
    });

    it('ends a session after so many requests, which are all answered', async () => {
      const used = session();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          text(used.request({ ':path': '/demo/x', authorization: authorization() })),
        ),
      );
      expect(answers.filter((answer) => answer.includes('/x'))).toHaveLength(20);
      await once(used, 'close');
    });
  });
});

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { text } from 'node:stream/consumers';
import { eventually, freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ingestion } from './ingestion.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

const V2 = Buffer.from('0d0a0d0a000d0a515549540a2111000ccb00710ac6336401dc0401bb', 'hex');

const begun = (port: number, ...pieces: (string | Buffer)[]): Socket => {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  for (const piece of pieces) socket.write(piece);
  return socket;
};

const proxied = (trusted: string) => `proxyProtocol: { trusted: ['${trusted}'] }`;

describe('a listener behind a proxy that speaks the PROXY protocol', () => {
  let stage: SecureStage;
  let ingestion: Ingestion;
  let request: string;
  let plain: number;
  let foreign: number;
  const lastAddress = (count: number) =>
    eventually(() => {
      expect(ingestion.records).toHaveLength(count);
      return ingestion.records.at(-1)!.clientAddress;
    });

  beforeAll(async () => {
    [plain, foreign] = [await freePort(), await freePort()];
    stage = await setSecureStage(DEMO_ROUTES, {
      extra: proxied('127.0.0.0/8'),
      more: [
        `{ name: plain, port: ${plain}, ${proxied('127.0.0.1')} }`,
        `{ name: foreign, port: ${foreign}, ${proxied('192.0.2.1')} }`,
      ],
    });
    ingestion = new Ingestion(stage.nats);
    const { token } = stage.issuer.issue();
    request = `GET /demo/x HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
  });
  afterAll(async () => {
    await ingestion.stop();
    await stage.stop();
  });

  it('takes the client’s address from version 1, in the clear', async () => {
    const answer = await text(begun(plain, `PROXY TCP4 203.0.113.9 198.51.100.1 56324 80\r\n${request}`));
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(answer).toContain('"x-forwarded-for","203.0.113.9"');
    expect(await lastAddress(1)).toBe('203.0.113.9');
  });

  it('takes it from version 2, in front of TLS', async () => {
    const socket = connectTls({ socket: begun(stage.port, V2), ca: stage.ca, servername: HOST });
    socket.write(request);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
    expect(await lastAddress(2)).toBe('203.0.113.10');
  });

  it('waits for a header that comes in pieces, and takes the proxy’s own checks', async () => {
    const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex');
    const socket = begun(plain, local.subarray(0, 7));
    setImmediate(() => socket.write(Buffer.concat([local.subarray(7), Buffer.from(request)])));
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200/);
    expect(await lastAddress(3)).toBe('127.0.0.1');
  });

  it('takes nothing without a header, nor from anybody else', async () => {
    expect(await text(begun(plain, request)).catch(() => '')).toBe('');
    const header = 'PROXY TCP4 203.0.113.9 198.51.100.1 56324 80\r\n';
    expect(await text(begun(foreign, header, request)).catch(() => '')).toBe('');
    expect(await text(begun(plain, header, header, request))).toMatch(/^HTTP\/1.1 400/);
  });
});

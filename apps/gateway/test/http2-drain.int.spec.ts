import { connect, constants } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_ROUTES } from './running-gateway.js';
import { HOST, type SecureStage, setSecureStage } from './secure-stage.js';

/** What a client of HTTP/2 begins with (RFC 9113 §3.4): the preface and empty SETTINGS. */
const BEGINNING = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
/** An answer to a PING that nobody sent, which is no mistake (§6.7). */
const PING_ACK = Buffer.concat([Buffer.from([0, 0, 8, 6, 1]), Buffer.alloc(12)]);
const GOAWAY = 7;

/** Types of the frames that have come. */
function framesIn(received: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3))
    types.push(received[at + 3]);
  return types;
}

describe('a drain with clients of HTTP/2', () => {
  let stage: SecureStage;
  beforeAll(async () => {
    stage = await setSecureStage(DEMO_ROUTES);
  });
  afterAll(() => stage.stop());

  /** One that asks for nothing, does not listen to GOAWAY, and does not close its side either. */
  const stubborn = async (): Promise<{ socket: TLSSocket; received: () => number[] }> => {
    let received = Buffer.alloc(0);
    const socket = connectTls({
      socket: connectTcp({ port: stage.port, host: '127.0.0.1', allowHalfOpen: true }),
      ca: stage.ca,
      servername: HOST,
      ALPNProtocols: ['h2'],
    });
    socket
      .on('error', () => {})
      .on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
      });
    socket.write(BEGINNING);
    await eventually(() => expect(framesIn(received).length).toBeGreaterThan(0));
    return { socket, received: () => framesIn(received) };
  };

  it('closes idle connections soon after GOAWAY, whatever they do, while busy ones finish', async () => {
    const idle = await stubborn();
    const busy = connect(`https://127.0.0.1:${stage.port}`, { ca: stage.ca, servername: HOST });
    const { token } = stage.issuer.issue({ scopes: ['demo:read', 'demo:write'] });
    const authorization = `Bearer ${token}`;
    const stream = busy.request({ ':method': 'POST', ':path': '/demo/echo', authorization });
    const answer = text(stream);
    stream.write('sent before, ');
    await new Promise((resolve) => stream.once('response', resolve));
    const goaway = new Promise((resolve) => busy.once('goaway', resolve));

    const stopped = stage.gateway.kill('SIGTERM');
    expect(await goaway).toBe(constants.NGHTTP2_NO_ERROR);
    // Whoever writes to a connection that is closed on the other side hears of it.
    await eventually(() => {
      idle.socket.write(PING_ACK);
      expect(idle.socket.destroyed).toBe(true);
    });
    expect(idle.received()).toContain(GOAWAY);
    expect(busy.destroyed).toBe(false);

    stream.end('and after');
    expect(await answer).toBe('sent before, and after');
    expect((await stopped).code).toBe(0);
  });
});

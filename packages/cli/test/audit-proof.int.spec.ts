import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, serve } from '@gatehouse/testing';
import {
  formatCheckpoint,
  generateNoteKey,
  leafHash,
  nodeHash,
  parseNoteSigner,
  signNote,
} from '@gatehouse/tlog';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const { privateKey, verifierKey } = generateNoteKey('log.example');
const events = [
  { z: 1, a: 'x' },
  { z: 2, a: 'y' },
];
// RFC 8785 sorts properties.
const first = leafHash(Buffer.from(`{"a":"x","z":1}`));
const second = leafHash(Buffer.from(`{"a":"y","z":2}`));
const root = nodeHash(first, second);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

let shown: unknown[];
let audit: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  shown = [...events];
  const note = signNote(formatCheckpoint({ origin: 'log.example', size: 2, root }), [
    parseNoteSigner(privateKey),
  ]);
  audit = await serve((request, response) => {
    if (request.url === '/v1/checkpoint') return void response.end(note);
    if (request.url?.startsWith('/v1/proof/inclusion'))
      return json(response, 200, {
        index: 1,
        size: 2,
        leafHash: base64(second),
        proof: [base64(first)],
      });
    json(response, 200, {
      items: [
        {
          index: 1,
          leafHash: base64(second),
          eventId: 'e1',
          type: 't',
          source: 'issuer',
          subject: 's',
          tenant: 'default',
          actor: 'a',
          token: null,
          at: '2026-01-01T00:00:00Z',
          event: shown[1],
        },
      ],
      nextCursor: null,
      searchedTo: 3,
    });
  });
});
afterEach(() => audit.stop());

async function proof(...args: string[]) {
  const terminal = new CapturedTerminal();
  const all = ['audit', 'proof', '--audit-url', audit.url, ...args];
  const exitCode = await runGatehouse(all, { env: {}, terminal });
  return { exitCode, out: terminal.printed, err: terminal.noted };
}

describe('gatehouse audit proof', () => {
  it('proves an entry against the signed checkpoint', async () => {
    const { exitCode, out } = await proof('1', '--key', verifierKey);
    expect(exitCode).toBe(0);
    expect(out).toContain(': proven');
  });

  it('finds an event that was changed', async () => {
    shown[1] = { z: 3, a: 'y' };
    const { exitCode, out } = await proof('1');
    expect(exitCode).toBe(1);
    expect(out).toContain('the event is not what the leaf was made of');
  });

  it('refuses a checkpoint that the given key has not signed', async () => {
    const { exitCode, err } = await proof('1', '--key', generateNoteKey('log.example').verifierKey);
    expect(exitCode).toBe(1);
    expect(err).toContain('is not signed by the log’s key');
  });

  it('says how many entries there are when asked for one beyond', async () => {
    expect(await proof('2')).toMatchObject({ exitCode: 2, err: expect.stringContaining('the last is 1') });
  });
});

import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@gatehouse/contracts';
import { SinkSpec } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { goldenEntry } from '../../../test/golden-entries.js';
import { startSyslogReceiver } from '../../../test/syslog-receiver.js';
import type { OutgoingEntry } from '../outlet.js';
import { FileOutlet } from './file-outlet.js';
import { SyslogOutlet } from './syslog-outlet.js';

const NEVER = new AbortController().signal;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-outlets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entryAt = (index: number): OutgoingEntry => ({
  ...goldenEntry('token.revoked.v1'),
  index,
  orderedBy: 'tok_1',
});
const entriesAt = (from: number, count: number) => Array.from({ length: count }, (_, i) => entryAt(from + i));

function openFile(change: object = {}): FileOutlet {
  const spec = SinkSpec.parse({
    kind: 'file',
    name: 'file',
    path: join(folder, 'audit.ndjson'),
    ...change,
  });
  if (spec.kind !== 'file') throw new Error('not a file');
  return new FileOutlet(spec, 'log.example');
}

const linesOf = async (name = 'audit.ndjson') =>
  (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');

describe('the file outlet', () => {
  it('writes a line an entry, and goes on after a crash without the torn line', async () => {
    const first = openFile();
    await first.send(entriesAt(0, 3));
    await first.close();
    await appendFile(join(folder, 'audit.ndjson'), '{"index":3,"torn');
    const second = openFile();
    await second.send(entriesAt(3, 2));
    await second.close();
    const lines = (await linesOf()).map((line) => JSON.parse(line) as AuditEntry);
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(lines[0]).not.toHaveProperty('orderedBy');
  });

  it('rotates, and keeps the newest files', async () => {
    const outlet = openFile({ rotateBytes: 1024, keep: 2 });
    for (let i = 0; i < 5; i++) await outlet.send(entriesAt(i * 4, 4));
    await outlet.close();
    const files = (await readdir(folder)).toSorted();
    expect(files).toEqual(['audit.ndjson', 'audit.ndjson.000000000000012', 'audit.ndjson.000000000000016']);
    const kept = (await Promise.all(files.map((file) => linesOf(file)))).flat();
    expect(kept.map((line) => (JSON.parse(line) as AuditEntry).index).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 8),
    );
  });

  it('writes CEF and OCSF as well', async () => {
    const outlet = openFile({ format: 'cef' });
    await outlet.send(entriesAt(7, 1));
    await outlet.close();
    const ocsf = openFile({ format: 'ocsf' });
    await ocsf.send(entriesAt(8, 1));
    await ocsf.close();
    const [cef, json] = await linesOf();
    expect(cef).toMatch(/^CEF:0\|Gatehouse\|audit\|1\|token\.revoked\.v1\|Token revoked\|5\|rt=/);
    expect(JSON.parse(json)).toMatchObject({ class_uid: 6003, metadata: { sequence: 8 } });
  });
});

describe('the syslog outlet', () => {
  let receiver: Awaited<ReturnType<typeof startSyslogReceiver>>;
  beforeEach(async () => {
    receiver = await startSyslogReceiver();
    await writeFile(join(folder, 'ca.pem'), receiver.ca);
  });
  afterEach(() => receiver.stop());

  function open(change: object = {}): SyslogOutlet {
    const place = { host: 'localhost', port: receiver.port, caFile: join(folder, 'ca.pem') };
    const spec = SinkSpec.parse({ kind: 'syslog', name: 'syslog', ...place, ...change });
    if (spec.kind !== 'syslog') throw new Error('not syslog');
    return new SyslogOutlet(spec);
  }

  const indexesReceived = () => receiver.messages.map((message) => Number(/ cn1=(\d+) /.exec(message)?.[1]));

  it('sends RFC 5424 messages that hold CEF, framed by their length in bytes', async () => {
    const outlet = open();
    const entry = entryAt(1);
    const spoken = { ...entry.event, data: { tokenId: 'tok_1', reason: 'verloren – “weg” 🔑' } };
    await outlet.send([entryAt(0), { ...entry, event: spoken }, entryAt(2)], NEVER);
    await eventually(() => expect(receiver.messages).toHaveLength(3));
    const [first, second] = receiver.messages;
    expect(first).toMatch(
      /^<109>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ gatehouse-audit - token\.revoked\.v1 - CEF:0\|Gatehouse\|/,
    );
    expect(second).toContain('reason=verloren – “weg” 🔑 ');
    await outlet.close();
  });

  it('sends again on a new connection what the broken one had taken last', async () => {
    const outlet = open();
    await outlet.send(entriesAt(0, 2), NEVER);
    await outlet.send(entriesAt(2, 2), NEVER);
    await eventually(() => expect(receiver.messages).toHaveLength(4));
    receiver.drop();
    await eventually(async () => {
      await outlet.send(entriesAt(4, 1), NEVER);
      expect(indexesReceived().slice(4)).toEqual(expect.arrayContaining([2, 3, 4]));
    });
    await outlet.close();
  });

  it('talks to nobody whose certificate it cannot check', async () => {
    const stranger = open({ caFile: undefined });
    await expect(stranger.send(entriesAt(0, 1), NEVER)).rejects.toThrow(/self.signed/i);
    const elsewhere = open({ host: '127.0.0.1' });
    await expect(elsewhere.send(entriesAt(0, 1), NEVER)).rejects.toThrow(/IP: 127\.0\.0\.1 is not in/);
    expect(receiver.messages).toEqual([]);
  });
});

import { Readable, Writable } from 'node:stream';
import { runGatehouse } from '@gatehouse/cli';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { startIssuer } from '../start-issuer.js';

/** How a command ended. */
export interface Ended {
  exitCode: number;
  out: string;
  err: string;
}

/** An issuer, and the command line of somebody who owns its first tenant and manages the others. */
export async function setStage() {
  const owner = {
    name: 'owner',
    token: formatOpaqueToken('gh', 'test'),
    scopes: ['role:owner', 'tenants:manage'],
  };
  const issuer = await startIssuer({ BOOTSTRAP_TOKENS: JSON.stringify([owner]) });
  const run = async (words: readonly string[], { input = '', token = owner.token } = {}): Promise<Ended> => {
    const ended: Ended = { exitCode: 0, out: '', err: '' };
    const into = (name: 'out' | 'err') =>
      new Writable({ write: (chunk, _, done) => ((ended[name] += String(chunk)), done()) });
    const signal = new AbortController().signal;
    const terminal = { out: into('out'), err: into('err'), interactive: false, signal };
    ended.exitCode = await runGatehouse([...words, '--issuer-url', issuer.url], {
      env: { GATEHOUSE_TOKEN: token },
      terminal,
      input: Readable.from([input]),
    });
    return ended;
  };
  return {
    ...issuer,
    run,
    /** What a command that works prints. */
    async printed(...words: string[]): Promise<string> {
      const { exitCode, out, err } = await run(words);
      if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${exitCode} ${err}`);
      return out;
    },
    /** The same as JSON, a document. */
    async answer(...words: string[]): Promise<Record<string, unknown> & { id: string }> {
      return JSON.parse(await this.printed(...words, '--json'));
    },
    /** The same of a list. */
    async listed(...words: string[]): Promise<{ id: string; userId?: string }[]> {
      const lines = (await this.printed(...words, '--json')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line));
    },
    /** A user with a password. */
    async person(name: string): Promise<string> {
      const words = ['users', 'create', '--email', `${name}@example.com`, '--name', name, '--json'];
      const { out, err } = await run(words, { input: 'correct horse battery staple\n' });
      if (out === '') throw new Error(err);
      return JSON.parse(out).id;
    },
  };
}
export type Stage = Awaited<ReturnType<typeof setStage>>;

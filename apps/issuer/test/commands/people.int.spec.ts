import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stage, setStage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.stop());

describe('gatehouse users', () => {
  it('creates, changes, shows and lists people, and never shows the password', async () => {
    const id = await stage.person('ada');
    const changed = await stage.run(['users', 'change', id, '--name', 'Ada Byron']);
    expect([changed.exitCode, changed.out]).toEqual([0, expect.stringContaining('Ada Byron')]);
    const list = await stage.printed('users', 'list');
    expect(list).toMatch(new RegExp(`${id} +ada@example.com +Ada Byron +active`));
    expect(changed.out + list).not.toContain('correct horse');
    const events = await stage.listed('users', 'events', id);
    expect(events).toMatchObject([{ type: 'user.created.v1' }, { type: 'user.updated.v1' }]);
  });

  it('lists so many and says that there are more', async () => {
    await stage.person('bo');
    await stage.person('cy');
    const { out, err } = await stage.run(['users', 'list', '--limit', '1', '--json']);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('there are more (--limit)');
  });

  it.each([
    [[], []],
    [['--yes'], ['--dry-run']],
  ])('erases nobody with %j %j: it says who would go', async (...extra) => {
    const id = await stage.person(`dee-${extra.flat().length}`);
    const tried = await stage.run(['users', 'erase', id, ...extra.flat()]);
    expect([tried.exitCode, tried.out]).toEqual([0, expect.stringContaining('Not to be undone')]);
    expect(tried.out).toContain('@example.com');
    expect(tried.err).toContain('nothing was changed (--yes: erase)');
    expect(await stage.answer('users', 'show', id)).toMatchObject({ id, disabledAt: null });
  });

  it('disables, enables and erases with --yes', async () => {
    const id = await stage.person('eve');
    const disabled = await stage.answer('users', 'disable', id, '--reason', 'on leave', '--yes');
    expect(disabled['disabledAt']).not.toBeNull();
    expect(await stage.printed('users', 'enable', id, '--reason', 'back')).toContain('active');
    await stage.printed('users', 'erase', id, '--yes');
    const gone = await stage.run(['users', 'show', id]);
    expect([gone.exitCode, gone.err]).toEqual([1, expect.stringContaining('no such thing')]);
  });

  it('makes a link for a new password, signs out, and has nothing to say of factors nobody enrolled', async () => {
    const id = await stage.person('flo');
    const { out, err } = await stage.run(['users', 'reset-password', id, '--expires-in', '10m']);
    expect([out, err]).toEqual([expect.stringContaining('http'), expect.stringContaining('not shown again')]);
    expect(await stage.printed('users', 'sign-out', id, '--yes')).toContain('0 sessions');
    expect(await stage.listed('users', 'factors', id)).toEqual([]);
    const factor = `fac_${'0'.repeat(32)}`;
    expect((await stage.run(['users', 'remove-factor', id, '--factor', factor, '--yes'])).exitCode).toBe(1);
  });

  it.each([
    [['users', 'create', '--email', 'x@example.com', '--name', 'X'], 'no password on standard input'],
    [['users', 'disable', 'usr_1', '--yes'], '--reason'],
    [['members', 'add', 'usr_1', '--role', 'king'], 'Allowed choices'],
    [['users', 'reset-password', 'usr_1', '--expires-in', 'soon'], 'e.g. 15m'],
  ])('is wrong usage with %j', async (words, said) => {
    const { exitCode, err } = await stage.run(words);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('gatehouse members', () => {
  it('gives, changes, shows and takes a role', async () => {
    const id = await stage.person('guy');
    await stage.printed('members', 'add', id, '--role', 'owner');
    const second = await stage.person('hal');
    await stage.printed('members', 'add', second, '--role', 'developer');
    expect(await stage.printed('members', 'change', second, '--role', 'analyst')).toContain('analyst');
    expect((await stage.listed('members', 'list')).map(({ userId }) => userId)).toEqual([id, second]);
    const tried = await stage.run(['members', 'remove', second]);
    expect([tried.exitCode, tried.out]).toEqual([0, expect.stringContaining('The role would be taken')]);
    expect(await stage.answer('members', 'show', second)).toMatchObject({ role: 'analyst' });
    await stage.printed('members', 'remove', second, '--reason', 'moved', '--yes');
    const last = await stage.run(['members', 'remove', id, '--yes']);
    expect([last.exitCode, last.err]).toEqual([1, expect.stringContaining('owner')]);
  });
});

describe('gatehouse invitations', () => {
  it('shows a link once, and revokes it', async () => {
    const words = [
      '--email',
      'ivy@example.com',
      '--name',
      'Ivy',
      '--role',
      'developer',
      '--expires-in',
      '1d',
    ];
    const issued = await stage.answer('invitations', 'create', ...words);
    expect(issued['url']).toContain('/invitation#');
    expect(await stage.printed('invitations', 'list')).toMatch(/ivy@example.com +developer +open/);
    expect(await stage.answer('invitations', 'show', issued.id)).not.toHaveProperty('url');
    expect(await stage.printed('invitations', 'revoke', issued.id)).toContain('would work no more');
    await stage.printed('invitations', 'revoke', issued.id, '--yes');
    expect(await stage.listed('invitations', 'list')).toEqual([]);
  });
});

describe('gatehouse sessions', () => {
  it('lists those that live, and fails to end one that is not there', async () => {
    expect(await stage.listed('sessions', 'list', '--user', await stage.person('jo'))).toEqual([]);
    const id = `ses_${'0'.repeat(32)}`;
    expect((await stage.run(['sessions', 'end', id])).err).toContain('nothing was changed');
    expect((await stage.run(['sessions', 'end', id, '--yes'])).exitCode).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { refuseKnownPassword } from './known-passwords.js';

const about = ['Ada Lovelace', 'countess.ada@example.com'];

describe('a new password', () => {
  it.each([
    ['a breached one', 'unbelievable'],
    ['a breached one in capitals', 'UNBELIEVABLE'],
    ['a breached one in other characters of the same meaning', 'ｕｎｂｅｌｉｅｖａｂｌｅ'],
    ['a breached one with a tail', 'Password2026!!'],
    ['a breached one twice over', 'dragondragon'],
    ['a keyboard’s rows', '1qaz2wsx3edc4rfv'],
    ['one character', 'aaaaaaaaaaaaaaaa'],
    ['two characters', 'abababababab'],
    ['the person’s name with a year', 'Lovelace-1815-'],
    ['the address', 'countess.ada@example.com'],
    ['the product’s name', 'Gatehouse12345'],
  ])('is refused when it is %s', (_what, password) => {
    expect(() => refuseKnownPassword(password, about)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'password-breached' }),
    );
  });

  it.each(['correct horse battery staple', 'wombat-lantern-7-orbit', 'lovelace wrote the first program'])(
    'is taken when nobody would try it first: %s',
    (password) => expect(() => refuseKnownPassword(password, about)).not.toThrow(),
  );

  it('is named with its field and the way out, and never repeated', () => {
    const refused = refusalOf('motherfucker');
    expect(refused).toMatchObject({ options: { fields: [{ field: 'password' }] } });
    expect(String(refused)).not.toContain('motherfucker');
  });
});

function refusalOf(password: string): unknown {
  try {
    return refuseKnownPassword(password, about);
  } catch (error) {
    return error;
  }
}

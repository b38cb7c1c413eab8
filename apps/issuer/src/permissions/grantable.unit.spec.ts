import { expandRoles, operatorPermissions, permissions, roleNames, roles } from '@gatehouse/contracts';
import { describe, expect, it } from '@jest/globals';
import { refuseUngrantable, withinOf } from './grantable.js';

const refused = { code: 'scope-not-grantable' };

describe('granting', () => {
  it.each(roleNames)('lets who is %s grant what that stands for, and the role itself', (role) => {
    const held = expandRoles([`role:${role}`]);
    expect(() => refuseUngrantable([`role:${role}`, ...roles[role], 'demo:read'], held)).not.toThrow();
  });

  it('lets nobody grant a role or a permission above his own', () => {
    const ladder = [
      ['admin', 'role:owner'],
      ['developer', 'role:admin'],
      ['analyst', 'role:developer'],
      ['auditor', 'tokens:write'],
    ] as const;
    for (const [role, wanted] of ladder)
      expect(() => refuseUngrantable([wanted], expandRoles([`role:${role}`]))).toThrow(
        expect.objectContaining(refused),
      );
  });

  it('knows no role that does not exist', () => {
    expect(() => refuseUngrantable(['role:god'], Object.keys(permissions))).toThrow(
      expect.objectContaining(refused),
    );
    expect(expandRoles(['role:god'])).toEqual(['role:god']);
  });

  it('gives no role what is for the operator alone', () => {
    for (const role of roleNames)
      expect(roles[role].filter((permission) => operatorPermissions.has(permission))).toEqual([]);
  });
});

describe('what is within scopes', () => {
  it('is what they name, and what their roles stand for', () => {
    const held = ['demo:read', 'role:auditor'];
    const wanted = ['demo:read', 'usage:read', 'role:analyst', 'role:auditor'];
    expect(withinOf([...wanted, 'apps:write'], held)).toEqual(wanted);
  });

  it('is nothing else', () => {
    expect(
      // An analyst sees what belongs to every team; a developer, what belongs to his own.
      withinOf(
        ['demo:write', 'users:write', 'role:admin', 'role:analyst', 'role:god'],
        ['demo:read', 'role:developer'],
      ),
    ).toEqual([]);
    expect(withinOf(['demo:read'], [])).toEqual([]);
  });
});

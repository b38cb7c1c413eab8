import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../request/exchange.js';
import { PathPattern } from '../routes/path-pattern.js';
import { JsonEdits } from './json-edits.js';
import { editedJson } from './json-text.js';
import type { BodyEdit } from './transform-spec.js';

const edited = (text: string, ...edits: BodyEdit[]): string | undefined => {
  const all = new JsonEdits(edits, new PathPattern('/x'));
  const holder = { tokenId: 'tok_1', tenant: 'acme' };
  return editedJson(Buffer.from(text), (value) => all.apply(value, {} as Exchange, holder))?.text.toString();
};
const set = (path: string, value: string | number | null): BodyEdit => ({ op: 'set', path, value });
const remove = (path: string): BodyEdit => ({ op: 'remove', path });
const move = (from: string, path: string): BodyEdit => ({ op: 'move', from, path });

describe('changes of a JSON body', () => {
  it.each<[string, string, BodyEdit, string]>([
    ['takes a member out', '{"a":1,"b":2}', remove('/a'), '{"b":2}'],
    ['takes an item out', '[1,2,3]', remove('/1'), '[1,3]'],
    ['reads escapes of a pointer', '{"a/b":1,"m~n":2}', remove('/a~1b'), '{"m~n":2}'],
    ['writes a member', '{}', set('/a', null), '{"a":null}'],
    ['writes what a token says', '{}', set('/by', '{token.id}'), '{"by":"tok_1"}'],
    ['makes the objects around it', '{"a":1}', set('/b/c/d', 1), '{"a":1,"b":{"c":{"d":1}}}'],
    ['adds to a list', '{"a":[1]}', set('/a/-', 2), '{"a":[1,2]}'],
    ['writes an item of a list', '[1,2]', set('/0', 9), '[9,2]'],
    ['moves', '{"a":{"b":1}}', move('/a/b', '/c/b'), '{"a":{},"c":{"b":1}}'],
    ['renames', '{"a":{"b":[1]}}', { op: 'rename', path: '/a/b', to: 'c' }, '{"a":{"c":[1]}}'],
    ['keeps numbers as they are written', '{"a":1.0,"b":1e400}', remove('/x'), '{"a":1.0,"b":1e400}'],
  ])('%s', (_, text, edit, made) => {
    expect(edited(text, edit)).toBe(made);
  });

  it.each<[string, BodyEdit]>([
    ['{"a":1}', remove('/b')],
    ['{"a":1}', remove('/a/value')],
    ['{"a":1}', remove('/toString')],
    ['{"a":"text"}', set('/a/0', 1)],
    ['{"a":1}', set('/a/value', 2)],
    ['[1]', set('/5', 1)],
    ['[1]', set('/01', 1)],
    ['[ 1 ]', remove('/length')],
    ['"text"', set('/a', 1)],
    ['null', remove('/a')],
    ['{ "a" : 1 }', move('/b', '/c')],
    ['[1,2]', { op: 'rename', path: '/0', to: 'name' }],
    ['{"b":"text","a":1}', move('/a', '/b/c')],
  ])('leaves %s as it is where it says nothing of it', (text, edit) => {
    expect(edited(text, edit)).toBe(text);
  });

  it('reaches no prototype', () => {
    expect(edited('{"__proto__":{"a":1}}', set('/b', 1))).toBe('{"__proto__":{"a":1},"b":1}');
    edited('{}', set('/constructor/prototype/polluted', 1));
    expect({}).not.toHaveProperty('polluted');
  });

  it('knows what is no JSON, and what readers could differ about', () => {
    for (const text of ['{', '{"a":1,"a":2}', '\uFEFF{}', ''])
      expect(edited(text, remove('/a'))).toBeUndefined();
  });
});

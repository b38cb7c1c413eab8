import { AssertionError } from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@gatehouse/kernel';
import type { Decider } from '@gatehouse/kernel';
import { given } from './given.js';

type Lamp = Decider<'press' | 'break', 'lit' | 'dark', 'lit' | 'dark'>;

const lamp: Lamp = {
  initial: 'dark',
  decide: (command, state) => {
    if (command === 'break') throw new DomainError('conflict', 'lamp-unbreakable', 'It does not break.');
    return state === 'dark' ? ['lit'] : [];
  },
  evolve: (_state, event) => event,
};

describe('given', () => {
  it('holds where the events are exactly those that follow', () => {
    expect(() => {
      given(lamp, []).when('press').then(['lit']);
      given(lamp, ['lit', 'dark']).when('press').then(['lit']);
      given(lamp, ['lit']).when('press').then([]);
      given(lamp, []).when('break').thenThrows('lamp-unbreakable');
    }).not.toThrow();
  });

  it('fails where another event, no event or another refusal follows', () => {
    expect(() => given(lamp, []).when('press').then([])).toThrow(AssertionError);
    expect(() => given(lamp, ['lit']).when('press').then(['lit'])).toThrow(AssertionError);
    expect(() => given(lamp, []).when('break').thenThrows('lamp-lost')).toThrow(AssertionError);
    expect(() => given(lamp, []).when('press').thenThrows('lamp-unbreakable')).toThrow(AssertionError);
  });
});

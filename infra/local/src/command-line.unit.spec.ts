import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, UsageError } from './command-line.js';

describe('the command line', () => {
  it('needs nothing', () => {
    expect(parseCommandLine([])).toEqual({
      help: false,
      dir: '.gatehouse',
      gateways: 1,
      anyPorts: false,
      reset: false,
      yes: false,
    });
  });

  it('takes a directory and a number of gateways', () => {
    expect(parseCommandLine(['--dir', '/srv/gh', '--gateways=3'])).toMatchObject({
      dir: '/srv/gh',
      gateways: 3,
    });
  });

  it.each([
    [['--gateways', '0'], '--gateways: expected a number from 1 to 16, got "0"'],
    [['--gateways', 'many'], '--gateways: expected a number from 1 to 16, got "many"'],
    [['--dir', ''], '--dir: expected a folder'],
    [['--force'], "Unknown option '--force'"],
    [['start'], "Unexpected argument 'start'"],
  ])('refuses %j by name', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});

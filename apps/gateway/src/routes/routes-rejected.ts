import type { ConfigMistake } from '@gatehouse/contracts';

const MOST_LINES = 10;
const MOST_MISTAKES = 1000;

/** gateway.yaml, or a file that it names, breaks a rule; the message has one line per mistake: `file:line:column field: rule`. */
export class RoutesRejected extends Error {
  readonly mistakes: readonly ConfigMistake[];

  /**
   * @param mistakes a text alone is about something that gateway.yaml refers to.
   * @param file named in the message.
   */
  constructor(mistakes: readonly (ConfigMistake | string)[], file = '') {
    const all = mistakes.slice(0, MOST_MISTAKES).map(mistakeOf);
    const lines = all.slice(0, MOST_LINES).map((mistake) => lineOf(mistake, file));
    super(lines.join('\n'));
    this.name = 'RoutesRejected';
    this.mistakes = all;
  }
}

const mistakeOf = (mistake: ConfigMistake | string): ConfigMistake =>
  typeof mistake === 'string' ? { line: null, column: null, field: '', rule: mistake, fix: null } : mistake;

function lineOf({ line, column, field, rule }: ConfigMistake, file: string): string {
  const said = field === '' ? rule : `${field}: ${rule}`;
  return line === null ? said : `${file}:${line}:${column} ${said}`;
}

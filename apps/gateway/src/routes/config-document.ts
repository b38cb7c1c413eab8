import type { ConfigMistake } from '@gatehouse/contracts';
import { type Document, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { RoutesRejected } from './routes-rejected.js';

const VARIABLE = /\$\{([^}]*)\}/g;
/** Aliases could blow a small file up to gigabytes: https://en.wikipedia.org/wiki/Billion_laughs_attack */
const MOST_ALIASES = 100;

/** The text of a gateway.yaml as YAML, before anybody asks what it means. */
export class ConfigDocument {
  readonly tree: Document.Parsed;
  private readonly lines = new LineCounter();

  /**
   * @param file named in errors.
   * @throws RoutesRejected when it is not YAML.
   */
  constructor(
    text: string,
    readonly file: string,
  ) {
    this.tree = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, strict: true });
    const { errors } = this.tree;
    if (errors.length > 0)
      throw this.rejected(errors.map((error) => this.at(error.pos[0], '', error.message)));
  }

  /** What it says, with variables in the place of their values wherever they were not {@link fill filled} in. */
  value(): unknown {
    return this.tree.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
  }

  /** Names of variables with the texts they stand in. */
  references(): [name: string, within: string][] {
    const found: [string, string][] = [];
    this.eachText(({ value }) => {
      for (const [, name = ''] of value.matchAll(VARIABLE)) found.push([name, value]);
    });
    return found;
  }

  /** @throws RoutesRejected for variables without a value. */
  fill(variables: ReadonlyMap<string, string>): void {
    const unknown: ConfigMistake[] = [];
    this.eachText((node) => {
      node.value = node.value.replace(VARIABLE, (reference, name: string) => {
        const value = variables.get(name);
        if (value === undefined)
          unknown.push(
            this.at(
              node.range?.[0] ?? 0,
              '',
              `${reference}: no variable UPSTREAM_… of this name is set`,
              'set it in the environment of the gateway; no variables but UPSTREAM_… are read',
            ),
          );
        return value ?? reference;
      });
    });
    if (unknown.length > 0) throw this.rejected(unknown);
  }

  at(offset: number, field: string, rule: string, fix: string | null = null): ConfigMistake {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col, field, rule, fix };
  }

  rejected(mistakes: readonly ConfigMistake[]): RoutesRejected {
    return new RoutesRejected(mistakes, this.file);
  }

  private eachText(see: (node: Scalar<string>) => void): void {
    visit(this.tree, {
      Scalar(_, node) {
        if (isText(node)) see(node);
      },
    });
  }
}

const isText = (node: Scalar): node is Scalar<string> =>
  isScalar<string>(node) && typeof node.value === 'string';

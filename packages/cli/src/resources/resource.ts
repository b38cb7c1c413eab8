import { type Facts, factsText } from '../facts-text.js';
import { plainTable } from '../table.js';
import type { Said } from './verb-command.js';

/** One kind of thing that the issuer keeps, and how people see it. */
export interface Resource<View> {
  /** What one is called, e.g. `team`. */
  readonly noun: string;
  /** What its id looks like, e.g. `team_0190…`. */
  readonly example: string;
  /** Which of its facts a list shows. */
  readonly columns: readonly string[];
  readonly facts: (view: View) => Facts;
}

/** Several of them. */
export const tableOf = <View>(
  { columns, facts }: Pick<Resource<View>, 'columns' | 'facts'>,
  views: readonly View[],
): string =>
  plainTable(
    columns,
    views.map((view) => columns.map((column) => facts(view)[column] ?? '')),
  );

/** One of them, as the answer of a command. */
export const shown = <View>({ facts }: Resource<View>, view: View): Said => ({
  json: view,
  text: factsText(facts(view)),
});

/** One of them that would be changed, and what that means. */
export const wouldChange = <View>({ facts }: Resource<View>, view: View, effect: string): Said => ({
  json: { dryRun: true, ...view },
  text: `${factsText(facts(view))}\n\n${effect}`,
});

import { isDeepStrictEqual } from 'node:util';
import { ConfigFieldChange, type ConfigChange } from '@gatehouse/contracts';
import { ConfigDocument } from '../routes/config-document.js';
import { fieldOf } from '../routes/read-routes.js';

type Fields = Readonly<Record<string, unknown>>;
type Path = readonly PropertyKey[];

/** Settings that a gateway reads when it starts, and then no more. */
const AT_START: ReadonlySet<string> = new Set(['listeners']);

/**
 * What differs between two texts of gateway.yaml that were both found good, as it is written: not comments, order of
 * fields or spelling. Routes are told apart by their ids; variables stay variables, so that no value is shown.
 */
export function changesBetween(before: string, after: string): ConfigChange[] {
  const { routes: routesBefore, ...settingsBefore } = fieldsOf(new ConfigDocument(before, '').value());
  const { routes: routesAfter, ...settingsAfter } = fieldsOf(new ConfigDocument(after, '').value());
  return [
    ...changesOf('setting', settingsBefore, settingsAfter),
    ...changesOf('route', byId(routesBefore), byId(routesAfter)),
  ];
}

function changesOf(kind: ConfigChange['kind'], before: Fields, after: Fields): ConfigChange[] {
  return namesIn(before, after).flatMap((name): ConfigChange[] => {
    const change = changeOf(before[name], after[name]);
    if (!change) return [];
    const takesRestart = kind === 'setting' && AT_START.has(name);
    return [{ kind, name, change, takesRestart, fields: [...fieldChanges(before[name], after[name], [])] }];
  });
}

function changeOf(before: unknown, after: unknown): ConfigChange['change'] | undefined {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return isDeepStrictEqual(before, after) ? undefined : 'changed';
}

/** The smallest parts that differ; what one side lacks is one part. */
function* fieldChanges(before: unknown, after: unknown, path: Path): Generator<ConfigFieldChange> {
  if (isDeepStrictEqual(before, after)) return;
  if (isFields(before) && isFields(after)) {
    for (const name of namesIn(before, after))
      yield* fieldChanges(before[name], after[name], [...path, name]);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [i, value] of before.entries()) yield* fieldChanges(value, after[i], [...path, i]);
  } else yield ConfigFieldChange.parse({ field: fieldOf(path), before, after });
}

const namesIn = (before: Fields, after: Fields): string[] => Object.keys({ ...before, ...after });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const byId = (routes: unknown): Fields =>
  Object.fromEntries(
    (Array.isArray(routes) ? routes : []).map((route: unknown) => [String(fieldsOf(route)['id']), route]),
  );

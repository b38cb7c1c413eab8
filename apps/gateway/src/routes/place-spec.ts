import { HttpMethod, RouteHost, RoutePath } from '@gatehouse/contracts';
import { z } from 'zod';

/** Where a route of gateway.yaml is found. */
export const placeFields = {
  /** Host names this route answers to; absent: any. */
  hosts: z.array(RouteHost).min(1).max(100).optional(),
  /** `{id}` stands for one segment. */
  path: RoutePath,
  /** Absent: every method that `scopes` covers. */
  methods: z.array(HttpMethod).min(1).max(40).optional(),
};

/** What no two routes may have in common. */
export const placeOf = ({ hosts, path, methods }: Place): string =>
  JSON.stringify([hosts?.toSorted() ?? [], withoutNames(path), methods?.toSorted() ?? []]);

/** The same for patterns that cover the same paths. */
export const withoutNames = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');

interface Place {
  readonly hosts?: readonly string[] | undefined;
  readonly path: string;
  readonly methods?: readonly string[] | undefined;
}

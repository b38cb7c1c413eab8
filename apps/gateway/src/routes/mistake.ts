/** What is wrong with a route, and where in it. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

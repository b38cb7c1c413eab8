/** The request that another proxy asks about. */
export interface AskedRequest {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** Whether every refusal but a 401 has to be a 403. */
  readonly onlyDenies: boolean;
}

/**
 * Signing would say two different things of one tree size. Nothing can be right after that, so no checkpoint is signed
 * until a person has found out why.
 */
export class SplitView extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SplitView';
  }
}

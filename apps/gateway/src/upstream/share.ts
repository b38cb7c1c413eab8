/** Picks a share of what comes, evenly: at 25 % every fourth. */
export class Share {
  private due = 0;

  constructor(private readonly percent: number) {}

  takesNext(): boolean {
    this.due += this.percent;
    if (this.due < 100) return false;
    this.due -= 100;
    return true;
  }
}

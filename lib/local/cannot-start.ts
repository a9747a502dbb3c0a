/** Why the backend cannot start on this machine, in one line that also says what to do. */
export class CannotStart extends Error {
  constructor(line: string) {
    super(line);
    this.name = "CannotStart";
  }
}

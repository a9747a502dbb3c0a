import { SingleBar } from "cli-progress";

/** Shows how far an import is. */
export interface Progress {
  start(total: number): void;
  step(): void;
  stop?(): void;
}

/** A bar on a terminal; elsewhere a plain line for every tenth done. */
export function progressOn(out: NodeJS.WriteStream): Progress {
  return out.isTTY ? bar(out) : lines(out);
}

function bar(stream: NodeJS.WriteStream) {
  const single = new SingleBar({
    stream,
    format: "{bar} {percentage}%  {value} of {total}  about {eta_formatted} left",
  });
  return {
    start: (total: number) => single.start(total, 0),
    step: () => single.increment(),
    stop: () => single.stop(),
  };
}

function lines(out: NodeJS.WritableStream) {
  let total = 0;
  let done = 0;
  return {
    start(all: number) {
      total = all;
      out.write(`${total} to send\n`);
    },
    step() {
      done += 1;
      const tenth = Math.floor((done * 10) / total);
      if (tenth > Math.floor(((done - 1) * 10) / total)) out.write(`${done} of ${total}\n`);
    },
  };
}

import { inject } from "vitest";

/** Has the clock's workers do what is due at an instant, as if that were now; then all that came of it. */
export async function tick(at: string): Promise<void> {
  await ask("/local/tick", { "x-test-now": at });
}

/** Waits until all that the outbox has told is dealt with. */
export async function settled(): Promise<void> {
  await ask("/local/settled", {});
}

async function ask(path: string, headers: Record<string, string>): Promise<void> {
  const { status } = await fetch(`${inject("backend").url}${path}`, { method: "POST", headers });
  if (status !== 204) throw new Error(`${path} answered ${status}`);
}

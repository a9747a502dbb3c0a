import { getAll } from "../kernel/table.ts";
import { practitionerAt } from "../practitioners/store.ts";
import type { Schedule } from "../schedules/model.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";

/** The schedules of those practitioners who are active; one batch read for each 50. */
export async function findActiveSchedules(clinic: string, practitioners: readonly string[]): Promise<Schedule[]> {
  const chunks = Array.from({ length: Math.ceil(practitioners.length / 50) }, (_, chunk) =>
    practitioners.slice(chunk * 50, chunk * 50 + 50),
  );
  const found = await Promise.all(chunks.map((ids) => findChunk(clinic, ids)));
  return found.flat();
}

async function findChunk(clinic: string, ids: readonly string[]): Promise<Schedule[]> {
  const items = await getAll(ids.flatMap((id) => [practitionerAt(clinic, id), scheduleAt(clinic, id)]));
  return ids.flatMap((_, place) => {
    const schedule = items[2 * place + 1];
    return items[2 * place]?.["active"] && schedule ? scheduleOf(schedule) : [];
  });
}

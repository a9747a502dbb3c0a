import { type Assignment, mustFindAssigned, type ProxyGrant } from "../access/store.ts";
import { type Consent, findConsents } from "../consents/store.ts";
import { fileName, obstacleTo } from "../documents/model.ts";
import { envOr } from "../kernel/env.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import type { Location } from "../locations/model.ts";
import { findLocation } from "../locations/store.ts";
import { type Clinic, findClinic } from "../members/store.ts";
import type { Practitioner } from "../practitioners/model.ts";
import { findPractitioner } from "../practitioners/store.ts";
import type { ClinicalRecord } from "../records/model.ts";
import type { Service } from "../services/model.ts";
import { findService } from "../services/store.ts";
import { findAppointments, findDocuments, findEntries, type Source } from "./reading-store.ts";

/** What there is of a patient beside the long lists, and what those refer to: it is little, and held. */
export interface Gathered {
  clinic: Clinic;
  practitioners: Practitioner[];
  locations: Location[];
  /** By their ids. */
  services: Map<string, Service>;
  consents: Consent[];
  careTeam: Assignment[];
  proxies: ProxyGrant[];
  /** Appointments that were attended. */
  visits: Set<string>;
  /** The entries of each kind, by their ids, newest first. */
  entries: Map<ClinicalRecord["kind"], string[]>;
  /** The files that go into the archive, by their documents' ids. */
  files: Map<string, string>;
  /** Why the files of other documents do not. */
  withheld: { document: string; why: string }[];
  /** How many entries, appointments and files there are. */
  total: number;
}

/** Reads all once, for what is referred to and how much there is. */
export async function gather(keyring: Keyring, source: Source, now: Instant): Promise<Gathered> {
  const { clinic, patient } = source.key;
  const [settings, consents, careTeam, proxies, named] = await Promise.all([
    findClinic(clinic),
    findConsents(clinic, patient),
    mustFindAssigned<Assignment>(clinic, patient, "prc", now),
    mustFindAssigned<ProxyGrant>(clinic, patient, "pat", now),
    survey(source),
  ]);
  for (const { practitioner } of careTeam) named.practitioners.add(practitioner);
  const { visits, entries, files, withheld, total } = named;
  const practitioners = await findEach(named.practitioners, (id) => findPractitioner(keyring, id));
  for (const { locations = [] } of practitioners) for (const location of locations) named.locations.add(location);
  return {
    clinic: settings,
    practitioners,
    locations: await findEach(named.locations, (id) => findLocation(clinic, id)),
    services: new Map(
      (await findEach(named.services, (id) => findService(clinic, id))).map((service) => [service.id, service]),
    ),
    consents,
    careTeam,
    proxies,
    visits,
    entries,
    files,
    withheld,
    total,
  };
}

/** What the long lists refer to. */
class Named {
  readonly practitioners = new Set<string>();
  readonly locations = new Set<string>();
  readonly services = new Set<string>();
  readonly visits = new Set<string>();
  readonly entries: Gathered["entries"] = new Map();
  readonly files = new Map<string, string>();
  readonly withheld: Gathered["withheld"] = [];
  total = 0;

  wroteIt(...authors: ({ practitioner?: string | undefined } | undefined)[]): void {
    for (const author of authors) if (author?.practitioner) this.practitioners.add(author.practitioner);
  }
}

async function survey(source: Source): Promise<Named> {
  const named = new Named();
  for await (const { id, status, practitioner, service, location } of findAppointments(source)) {
    named.total++;
    named.practitioners.add(practitioner);
    named.services.add(service);
    if (location) named.locations.add(location);
    if (status === "fulfilled") named.visits.add(id);
  }
  for await (const { id, kind, author, change } of findEntries(source)) {
    named.total++;
    const ofKind = named.entries.get(kind) ?? [];
    ofKind.push(id);
    named.entries.set(kind, ofKind);
    named.wroteIt(author, change?.by);
  }
  for await (const document of findDocuments(source)) {
    named.wroteIt(document.author);
    const obstacle = obstacleTo(document, envOr("SCAN_GATE") === "on");
    if (obstacle) named.withheld.push({ document: document.id, why: obstacle.code });
    else named.files.set(document.id, `documents/${fileName(document)}`);
  }
  named.total += named.files.size;
  return named;
}

async function findEach<Thing>(
  ids: ReadonlySet<string>,
  find: (id: string) => Promise<Thing | undefined>,
): Promise<Thing[]> {
  const found: Thing[] = [];
  for (const id of ids) {
    const thing = await find(id);
    if (thing !== undefined) found.push(thing);
  }
  return found;
}

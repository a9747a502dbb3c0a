/*
 * The accounting of disclosures (45 CFR 164.528) tells a patient who outside the clinic's workforce was shown their data.
 * The rule leaves out treatment, payment and operations, and so all that the workforce does, in an emergency too, and what
 * the patient was shown themselves. Of what this API shows, three kinds remain. The law would leave out what proxies were
 * shown, and what was sent on with the patient's consent, since that is on record: telling of it does no harm.
 */

interface Access {
  action: string;
  outcome: string;
  role: string;
  patient?: string | undefined;
  person?: string | undefined;
}

/** To whom an access showed a patient's data outside the clinic, and what for; undefined where it did not. */
export function disclosureIn({ action, outcome, role, patient, person }: Access) {
  if (outcome !== "granted" || !patient) return undefined;
  if (action === "calendar-feed.read") {
    return { recipient: "calendar-feed", purpose: "a calendar that subscribes to a feed's secret address" } as const;
  }
  if (action === "export.disclose") {
    return { recipient: "third-party", purpose: "an archive made for them, with the patient's consent" } as const;
  }
  const isReading = /\.(read|list|search|history|calendar|download)$/.test(action);
  if (role === "patient" && person !== patient && isReading) {
    return { recipient: "proxy", purpose: "who acts for the patient, with a consent on record" } as const;
  }
  return undefined;
}

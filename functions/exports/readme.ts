/** What whoever opens an archive reads first. */
export const readme = `This archive holds a person's health data. Keep it where only those see it who should.

index.html     the record to read, in any browser
bundle.json    the same for other systems: HL7 FHIR R4, one Bundle
documents/     the files, called by their numbers; index.html says which is which
manifest.json  each file's length and SHA-256, and what is in the Bundle

Entries that were declared entered in error are marked so. Drafts are not here, nor are earlier versions of entries that
were amended. Files that must not be given out, by a virus scanner's verdict, are left out; manifest.json names them.
`;

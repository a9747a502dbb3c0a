import fc from "fast-check";

/*
 * `npm test` tries the same cases each time: whether a change is sound is not left to chance. `npm run properties`, and
 * whoever says how many, tries new ones.
 */
if (!process.env["PROPERTY_RUNS"] && !process.env["DYNAMODB_RUNS"]) fc.configureGlobal({ seed: 20_261_101 });

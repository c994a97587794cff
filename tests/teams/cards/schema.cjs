// Whether an app's manifest fits Microsoft's own JSON Schema of its version.
//
// In: the manifest as JSON on stdin. Out: what does not fit, as a JSON array on stdout.
// Never: asks the network: the schemas are those in the npm package.
"use strict";

const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const Ajv = require("ajv-draft-04");
const formats = require("ajv-formats");

const manifest = JSON.parse(readFileSync(0, "utf8"));
const home = join(dirname(require.resolve("@microsoft/app-manifest/package.json")), "build/json-schemas/teams");
const text = readFileSync(join(home, `v${manifest.manifestVersion}`, "MicrosoftTeams.schema.json"), "utf8");
// "\a" is in no JavaScript pattern; the package itself reads it so (OfficeDev/microsoft-teams-app-schema#190).
const schema = JSON.parse(text.replace(/\\a/g, "\\x07"));

const ajv = new Ajv({ allErrors: true, strictTypes: false });
formats(ajv, ["uri", "email", "regex"]);
const fits = ajv.compile(schema);
const errors = fits(manifest) ? [] : fits.errors.map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`);
process.stdout.write(JSON.stringify(errors));

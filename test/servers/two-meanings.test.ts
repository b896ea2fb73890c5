import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DH_FILE_SERVERS } from "./dh-file-servers.js";
import { canRun } from "./program.js";
import { servedGroup } from "./served-group.js";

// Each start takes seconds, Postfix and Dovecot many: GEN_DHPARAMS_ALL_SERVERS=1 goes through all of them.
const all = process.env.GEN_DHPARAMS_ALL_SERVERS === "1";
const quick: Readonly<Record<string, readonly string[]>> = {
	nginx: ["begin-nul.pem", "begin-at-254.pem", "indented.pem"],
	apache: ["begin-high-byte.pem"],
	haproxy: ["begin-at-254.pem"],
	postfix: ["begin-nul.pem"],
	dovecot: ["begin-at-254.pem"],
};
const every = [
	...["begin-nul.pem", "begin-high-byte.pem", "begin-at-254.pem"],
	...["indented.pem", "label-longer.pem", "stale-text.pem"],
];

/** What OpenSSL loads from each, by the index of the vectors. */
const folder = new URL("../vectors/two-meanings/", import.meta.url);
const { cases } = JSON.parse(
	readFileSync(new URL("index.json", folder), "utf8"),
) as {
	cases: { file: string; loaded: Record<string, readonly string[]> }[];
};

// Dovecot gives OpenSSL the file in memory; Postfix 3.7 uses its decoder.
const LOADER: Readonly<Record<string, string>> = {
	dovecot: "PEM_read_bio_DHparams(memory)",
	postfix: "dhparam",
};

/** Where the library is not all: Dovecot's settings end at NUL; without a file Postfix has a group of its own. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	dovecot: { "begin-nul.pem": "no TLS" },
	postfix: { "label-longer.pem": "another" },
};

describe.each(Object.entries(DH_FILE_SERVERS))("%s", (name, server) => {
	const files = all ? every : (quick[name] ?? []);
	test.runIf(canRun(...server.needs)).each(files)(
		"serves from %s what its library loads",
		async (file) => {
			const loader = LOADER[name] ?? "PEM_read_bio_DHparams";
			const { loaded = {} } =
				cases.find((hardCase) => hardCase.file === file) ?? {};
			const expected =
				OTHERWISE[name]?.[file] ??
				Object.keys(loaded).find((group) => loaded[group]?.includes(loader));
			const content = readFileSync(new URL(file, folder));
			expect(await servedGroup(server, content)).toBe(expected);
		},
		90_000,
	);
});

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { UnreadableParametersError } from "../../src/errors.js";
import { readOne, readParameters } from "../../src/reading/read.js";
import { NEW_GROUP, OLD_GROUP } from "../servers/upgrade-scenario.js";
import { compare } from "./compare.js";
import { Loaders, missingForLoaders } from "./loaders.js";

interface HardCase {
	readonly id: string;
	readonly file: string;
	readonly comment: string;
	readonly sha256: string;
	/** Which loaders load which group. */
	readonly loaded: Readonly<Record<string, readonly string[]>>;
}

const folder = new URL("../vectors/two-meanings/", import.meta.url);
const { cases } = JSON.parse(
	readFileSync(new URL("index.json", folder), "utf8"),
) as { cases: HardCase[] };

// A million of them: npm run fuzz:differential.
const FILES = 10_000;
const SEED = 20261124;

const missing = missingForLoaders();
if (missing.length > 0) {
	console.warn(
		`\n*** SKIPPED: no ${missing.join(", no ")}. Run test/servers/install.sh as root to have this test. ***\n`,
	);
}

describe("files in which programs find different parameters", () => {
	test.each(cases)("$id is refused: $comment", ({ file, sha256 }) => {
		const bytes = readFileSync(new URL(file, folder));
		expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
		expect(() => readParameters(bytes)).toThrow(UnreadableParametersError);
		// The place, and what to do.
		expect(() => readParameters(bytes)).toThrow(
			/(?:[Ll]ine \d|byte \d|"pem"|"p"|group ffdhe4096).*(?:[Rr]emove|Keep|Correct|Convert|Make|Get a fresh|must be)/,
		);
	});
});

describe.runIf(missing.length === 0)("what libraries and sshd load", () => {
	const loaders = missing.length === 0 ? new Loaders() : undefined;
	afterAll(() => loaders?.[Symbol.dispose]());

	test("the hard cases are loaded as the index says", () => {
		const [weak, good] = [OLD_GROUP, NEW_GROUP].map(
			(pem) => readOne(Buffer.from(pem)).params.p,
		);
		const files = cases.map(({ file }) => readFileSync(new URL(file, folder)));
		const results = loaders?.load(files) ?? [];
		for (const [i, { id, loaded }] of cases.entries()) {
			const found: Record<string, string[]> = {};
			for (const { loader, p } of results[i] ?? []) {
				const name = p === weak ? "weak" : p === good ? "good" : "another";
				found[name] ??= [];
				if (!found[name].includes(loader)) found[name].push(loader);
			}
			expect(found, id).toEqual(loaded);
		}
	});

	test("no file that we accept is loaded as another group", () => {
		const found = compare(loaders as Loaders, FILES, SEED);
		const faults = found.faults.map(({ file, loaded }) => ({
			loader: loaded.loader,
			p: loaded.p.toString(16),
			file: file.toString("hex"),
		}));
		expect(faults).toEqual([]);
		expect(found.files).toBe(FILES);
		// The files are odd, and still not all of them refused.
		expect(found.accepted).toBeGreaterThan(FILES / 20);
		expect(found.loaded).toBeGreaterThan(FILES / 40);
	}, 120_000);
});

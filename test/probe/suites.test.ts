import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
	DHE_SUITES,
	ECDHE_SUITES,
	EXPORT_SUITES,
	RSA_SUITES,
	TLS13_SUITES,
} from "../../src/probe/suites.js";

const KX: Readonly<Record<string, string>> = {
	DHE: "Kx=DH",
	ECDHE: "Kx=ECDH",
	RSA: "Kx=RSA",
	"TLS 1.3": "Kx=any",
};

/** What OpenSSL 3 has dropped: export grade, single and triple DES, SEED. */
const GONE = /^EXP|DES-CBC|SEED/;

describe("cipher suites", () => {
	const all = [
		...TLS13_SUITES,
		...ECDHE_SUITES,
		...DHE_SUITES,
		...RSA_SUITES,
		...EXPORT_SUITES,
	];

	test("have OpenSSL's numbers, names and key exchanges", () => {
		const listing = execFileSync(
			"openssl",
			["ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
			{ encoding: "utf8" },
		);
		const lines = new Map(
			listing
				.trim()
				.split("\n")
				.map((line) => line.trim().split(/\s+/))
				.map(([id, , name, , keyExchange]) => [name, { id, keyExchange }]),
		);
		const present = all.filter(({ name }) => !GONE.test(name));
		for (const { name, id, keyExchange } of present) {
			const hex = id.toString(16).toUpperCase().padStart(4, "0");
			expect([name, lines.get(name)]).toEqual([
				name,
				{
					id: `0x${hex.slice(0, 2)},0x${hex.slice(2)}`,
					keyExchange: KX[keyExchange],
				},
			]);
		}
		expect(present.length).toBeGreaterThan(40);
	});

	test("leave out no DHE suite with a certificate that OpenSSL has", () => {
		const listing = execFileSync(
			"openssl",
			["ciphers", "-V", "kDHE+aRSA:kDHE+aDSS:@SECLEVEL=0"],
			{ encoding: "utf8" },
		);
		const names = [...listing.matchAll(/ - (\S+) .*Kx=DH /g)].map(
			([, name]) => name,
		);
		const offered = DHE_SUITES.map(({ name }) => name);
		expect(names.length).toBeGreaterThan(20);
		expect(names.filter((name) => !offered.includes(name ?? ""))).toEqual([]);
	});

	test("are listed once", () => {
		expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
	});
});

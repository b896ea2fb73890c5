/**
 * Validation beside `openssl dhparam -check`, in the same minute:
 *
 *     npm run bench:validate -- --runs 15
 *
 * All take turns. OpenSSL's own start is taken off by a run without -check. Times in ms.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../src/forecast/statistics.js";
import { namedGroup } from "../src/groups/groups.js";
import { validate } from "../src/validate/validate.js";

const { values } = parseArgs({
	options: { runs: { type: "string", default: "15" } },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-"));
const main = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);

// A safe prime that is not of a standard: made by `openssl dhparam 2048`, in test/vectors/malformed/good.pem too.
const OWN_GROUP = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEAjKgim38Nb2l/N2AeREXnfuA6x3iYWbHjPAB0Rqg8bRS1E26r7hbF
D0JErmrKf89bEt/2l/1a5D39FefrhLEV2RJ9VPiDCn0fnjoABddaXNCk30oIJqyx
HcbmoVdMLAoevQNY53xUsT+JrN6bjDiTrXwqVvhUqFebIke3DSKh6x9ul0gZkobw
Ky1awWbm8uIphv5K0TnNVHkqlY2b8y3p08D6z37kuu6IIQd1mtm4QjLpR5yhfQCX
RqR3zOWH6k2fyatYqJAzkiKwY8S/vymx31893m16l1zsF4vsuo9T8EFYt1weR8tO
VpxSsG318o3bgAQuNFwGmNFuMm9b9Bj2TwIBAg==
-----END DH PARAMETERS-----
`;

async function ms(work: () => unknown): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}

/** Each kind of run in turn, so that a busy minute hits all of them; times in ms. */
async function compare<Name extends string>(
	kinds: Record<Name, () => unknown>,
	times = runs,
): Promise<Record<Name, number[]>> {
	const names = Object.keys(kinds) as Name[];
	const results = Object.fromEntries(
		names.map((name) => [name, [] as number[]]),
	) as Record<Name, number[]>;
	for (let run = 0; run < times; run++) {
		for (const name of names) results[name].push(await ms(kinds[name]));
	}
	for (const name of names) {
		const sorted = results[name].toSorted((a, b) => a - b);
		const figures = [median(sorted), sorted[0], sorted.at(-1)].map((n) =>
			(n as number).toFixed(2).padStart(9),
		);
		console.log(`${name.padEnd(52)}${figures.join("")}`);
	}
	return results;
}

function openssl(...args: string[]): () => void {
	return () => {
		const { status, error } = spawnSync("openssl", ["dhparam", ...args]);
		if (error !== undefined || status !== 0)
			throw error ?? new Error("openssl");
	};
}

function command(...args: string[]): () => void {
	return () => {
		spawnSync(process.execPath, args);
	};
}

try {
	const own = join(folder, "own.pem");
	const named = join(folder, "named.pem");
	writeFileSync(own, OWN_GROUP);
	writeFileSync(named, namedGroup("ffdhe2048").toPem());
	console.log(`${"".padEnd(52)}   median    least     most`);

	const times = await compare({
		"2048 bits, all checks": () => validate(OWN_GROUP),
		"2048 bits, all checks, one thread": () =>
			validate(OWN_GROUP, { threads: 1 }),
		"openssl dhparam -check": openssl("-in", own, "-check", "-noout"),
		"openssl dhparam": openssl("-in", own, "-noout"),
	});
	console.log(
		"\nours / OpenSSL without its start:   of minima   median of rounds",
	);
	const checked = times["openssl dhparam -check"];
	const started = times["openssl dhparam"];
	for (const name of [
		"2048 bits, all checks",
		"2048 bits, all checks, one thread",
	] as const) {
		const ours = times[name];
		const ofMinima =
			Math.min(...ours) / (Math.min(...checked) - Math.min(...started));
		const ratios = ours.map(
			(ms, i) => ms / ((checked[i] as number) - (started[i] as number)),
		);
		console.log(
			`${name.padEnd(36)}${ofMinima.toFixed(2).padStart(9)}${median(ratios).toFixed(2).padStart(19)}`,
		);
	}
	console.log();

	const pem = namedGroup("ffdhe2048").toPem();
	const noise = randomBytes(1 << 20);
	await compare(
		{
			"ffdhe2048, all checks": () => validate(pem),
			"1 MiB of noise": () => validate(noise),
			"1 MiB of one letter": () => validate("A".repeat(1 << 20)),
		},
		20 * runs,
	);

	console.log();
	await compare({
		"gen-dhparams check ffdhe2048.pem": command(main, "check", named),
		"gen-dhparams groups ffdhe2048": command(main, "groups", "ffdhe2048"),
		"node -e 0": command("-e", "0"),
	});
} finally {
	rmSync(folder, { recursive: true });
}

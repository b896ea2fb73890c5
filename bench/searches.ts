/** The programs that make a safe prime, ours among them: how each is run for one. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Searcher {
	readonly name: string;
	/** The sizes in bits that it takes, and at which whole runs are worth their time. */
	readonly smallest?: number;
	readonly largest: number;
	/** What must be known of a comparison with it. */
	readonly remark?: string;
	/** Takes minutes even for a small size: it runs only where it is named. */
	readonly slow?: boolean;
	/** Why it cannot run here; undefined where it can. */
	missing(): string | undefined;
	/** A shell command that makes one safe prime. */
	command(bits: number): string;
}

const MAIN = fileURLToPath(
	new URL("../../dist/src/cli/gen-dhparams.cjs", import.meta.url),
);
const NODE = process.execPath;
/** Where packages of peers are installed when they are asked for. */
const PACKAGES = join(tmpdir(), "gen-dhparams-peers");

function program(name: string, debian: string): () => string | undefined {
	return () =>
		spawnSync("which", [name]).status === 0
			? undefined
			: `not installed (Debian: ${debian})`;
}

export const OURS: Searcher = {
	name: "gen-dhparams",
	largest: 4096,
	missing: () => undefined,
	command: (bits) => `${NODE} ${MAIN} ${bits} --allow-weak --quiet`,
};

// Not GnuTLS: certtool --generate-dh-params makes no safe prime, but one with a subgroup of some 200 bits, or prints a
// known group, and takes milliseconds for either.
export const SEARCHERS: readonly Searcher[] = [
	OURS,
	{
		name: "openssl",
		largest: 2048,
		missing: program("openssl", "openssl"),
		command: (bits) => `openssl dhparam ${bits}`,
	},
	{
		name: "node",
		largest: 2048,
		remark: "crypto.generatePrimeSync(bits, { safe: true, add: 24, rem: 23 })",
		missing: () => undefined,
		command: (bits) =>
			`${NODE} -e 'crypto.generatePrimeSync(${bits}, { safe: true, add: 24n, rem: 23n })'`,
	},
	{
		name: "botan",
		smallest: 1024,
		largest: 2048,
		remark: "botan gen_dl_group --type=strong",
		missing: program("botan", "botan"),
		command: (bits) => `botan gen_dl_group --type=strong --pbits=${bits}`,
	},
	{
		name: "ssh-keygen",
		slow: true,
		smallest: 1024,
		largest: 1024,
		remark:
			"-M generate, then -M screen, 100 candidates at a time until there is a group; time by the groups found",
		missing: program("ssh-keygen", "openssh-client"),
		command: (bits) => `d=$(mktemp -d); n=0; i=0
			ssh-keygen -q -M generate -O bits=${bits} $d/c || exit
			while [ "$n" = 0 ]; do
				ssh-keygen -q -M screen -O start-line=$i -O lines=100 -f $d/c $d/m || exit
				n=$(grep -cv '^#' $d/m); i=$((i + 100))
			done
			rm -r $d; echo "found $n"`,
	},
	{
		name: "diffie-hellman (npm)",
		largest: 512,
		remark: "createDiffieHellman(bits) of crypto-browserify",
		missing: () => {
			if (existsSync(join(PACKAGES, "node_modules/diffie-hellman"))) return;
			const install = spawnSync(
				"npm",
				["install", "--silent", "--prefix", PACKAGES, "diffie-hellman@5.0.3"],
				{ stdio: "ignore" },
			);
			return install.status === 0 ? undefined : "npm cannot install it";
		},
		command: (bits) =>
			`${NODE} -e 'require("${PACKAGES}/node_modules/diffie-hellman/browser.js").createDiffieHellman(${bits}).getPrime()'`,
	},
];

/** One run, in seconds and kB. */
export interface Run {
	readonly wall: number;
	readonly cpu: number;
	readonly memory: number;
}

/** Runs a searcher once. */
export function run(searcher: Searcher, bits: number): Run {
	return timed(searcher.command(bits));
}

/**
 * Runs a shell command; GNU time reports what it and its children took. Where it prints "found N", the times are those
 * for one of N groups.
 */
export function timed(command: string): Run {
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-time-"));
	const report = join(folder, "time");
	try {
		const output = execFileSync(
			"/usr/bin/time",
			["-f", "%e %U %S %M", "-o", report, "sh", "-c", command],
			{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
		);
		const found = Number(/^found (\d+)$/m.exec(output)?.[1] ?? 1);
		const [wall, user, system, memory] = execFileSync("tail", ["-1", report], {
			encoding: "utf8",
		})
			.split(" ")
			.map(Number) as [number, number, number, number];
		return { wall: wall / found, cpu: (user + system) / found, memory };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

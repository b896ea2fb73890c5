import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Compiled, this file lies below dist, and the C stays where it is.
const SOURCE = new URL("loaders.c", import.meta.url).pathname.replace(
	"/dist/",
	"/",
);

/** What has to be installed, as test/servers/install.sh does it. */
const NEEDED = [
	"/usr/bin/gcc",
	"/usr/include/openssl/decoder.h",
	"/usr/include/gnutls/gnutls.h",
	"/usr/include/mbedtls/dhm.h",
];

/** What is missing for the loaders to be compiled. */
export function missingForLoaders(): readonly string[] {
	return NEEDED.filter((path) => !existsSync(path));
}

/** A group as one loader loads it, and which one. */
export interface Loaded {
	readonly loader: string;
	readonly p: bigint;
	readonly g: bigint;
}

/** The compiled loaders.c. */
export class Loaders implements Disposable {
	readonly #folder = mkdtempSync(join(tmpdir(), "gen-dhparams-loaders-"));

	constructor(source = SOURCE) {
		execFileSync("gcc", [
			...["-O2", "-o", this.#program, source],
			...["-lcrypto", "-lgnutls", "-lmbedcrypto"],
		]);
	}

	get #program(): string {
		return join(this.#folder, "loaders");
	}

	/** What each file is loaded as; nothing for one that every loader refuses. */
	load(files: readonly Uint8Array[]): Loaded[][] {
		const input = Buffer.concat(
			files.flatMap((file) => {
				const length = Buffer.alloc(4);
				length.writeUInt32BE(file.length);
				return [length, file];
			}),
		);
		const { stdout, status, signal } = spawnSync(this.#program, {
			input,
			encoding: "latin1",
			maxBuffer: 1 << 30,
		});
		const lines = stdout.split("\n").slice(0, -1);
		if (status !== 0 || lines.length !== files.length) {
			throw new Error(
				`loaders ended with ${status ?? signal} after ${lines.length} of ${files.length} files.`,
			);
		}
		return lines.map((line) => line.split(" ").filter(Boolean).map(parse));
	}

	[Symbol.dispose](): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

function parse(word: string): Loaded {
	const [loader, p, g] = word.split(/[=,]/) as [string, string, string];
	return { loader, p: BigInt(`0x0${p}`), g: BigInt(`0x0${g}`) };
}

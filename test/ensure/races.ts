/**
 * Root runs `ensure` on a file in a directory of another user, who swaps the file for links to root's own files all the
 * time: npm run race:ensure -- --tries 500. No try may change the mode, the owner or a byte of root's files.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	chmodSync,
	chownSync,
	copyFileSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type EnsureOptions, ensure, generate } from "gen-dhparams";

export const KINDS = [
	"link",
	"hard link",
	"pipe",
	"directory",
	"temporary",
	"lock",
] as const;

const HARD_LINKS = 400;

const NOBODY = 65_534;
/** npm runs tests and scripts in the root of the repository. */
const SWAPPER = resolve("build/test/ensure/swapper.js");

/** What came of the tries: how many ended in each way, and what was done to root's file. */
export interface RaceResult {
	readonly done: number;
	/** Messages of the errors, without paths, and how often. */
	readonly refused: ReadonlyMap<string, number>;
	readonly harm: readonly string[];
}

/** Runs `ensure` as root `tries` times while another user swaps things. */
export async function race(
	kind: (typeof KINDS)[number],
	tries: number,
	run: typeof ensure = ensure,
): Promise<RaceResult> {
	const root = mkdtempSync(join(tmpdir(), "gen-dhparams-race-"));
	chmodSync(root, 0o755);
	const own = join(root, "root");
	const folder = join(root, "user");
	mkdirSync(own);
	mkdirSync(folder);
	const pem = (await generate(512, { allowWeak: true, threads: 1 })).toPem();
	// Root's file holds good parameters too: nothing in its contents stops a run.
	const secret = join(own, "dhparams.pem");
	writeFileSync(secret, pem, { mode: 0o600 });
	writeFileSync(join(folder, "good.pem"), pem);
	if (kind === "directory") mkdirSync(join(folder, "tls"));
	const file = join(folder, kind === "directory" ? "tls" : "", "dhparams.pem");
	copyFileSync(join(folder, "good.pem"), file);
	for (const one of [
		folder,
		join(folder, "good.pem"),
		file,
		join(file, ".."),
	]) {
		chownSync(one, NOBODY, NOBODY);
	}
	if (kind === "hard link") {
		// As they can be made where fs.protected_hardlinks is off.
		for (let i = 0; i < HARD_LINKS; i++) {
			linkSync(secret, join(folder, `planted-${i}`));
		}
	}
	const before = status(secret);
	const child = spawn(process.execPath, [SWAPPER, kind, folder, secret], {
		uid: NOBODY,
		gid: NOBODY,
		stdio: ["ignore", "pipe", "inherit"],
	});
	const harm: string[] = [];
	const refused = new Map<string, number>();
	let done = 0;
	try {
		await once(child.stdout, "data");
		for (let i = 0; i < tries; i++) {
			const options: EnsureOptions = {
				bits: 512,
				allowWeak: true,
				threads: 1,
				mode: 0o644,
				wait: 1000,
				...((kind === "temporary" || kind === "lock") && {
					force: true,
					backup: true,
				}),
			};
			done += await run(file, options).then(
				() => 1,
				(error: Error) => {
					const message = error.message.replaceAll(/\/tmp\/\S+|\d+/g, "…");
					refused.set(message, (refused.get(message) ?? 0) + 1);
					return 0;
				},
			);
			const after = status(secret);
			if (after !== before) harm.push(after);
			chmodSync(secret, 0o600);
		}
	} finally {
		child.kill("SIGKILL");
		await once(child, "close");
		rmSync(root, { recursive: true, force: true });
	}
	return { done, refused, harm };
}

function status(path: string): string {
	const { mode, uid, gid, ino } = statSync(path);
	return [mode.toString(8), uid, gid, ino, readFileSync(path, "utf8")].join(
		" ",
	);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { tries } = parseArgs({
		options: { tries: { type: "string", default: "500" } },
	}).values;
	for (const kind of KINDS) {
		const { done, refused, harm } = await race(kind, Number(tries));
		process.stdout.write(
			`${kind}: ${tries} tries, ${done} done, ${harm.length} with harm to root's file\n`,
		);
		for (const [message, times] of refused) {
			process.stdout.write(`  ${times} times: ${message}\n`);
		}
		if (harm.length > 0) process.exitCode = 1;
	}
}

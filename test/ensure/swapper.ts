/**
 * The user in whose directory root works: puts one thing after another in a file's place, as fast as it can, until it is
 * killed. Run as another user: node swapper.js KIND FOLDER SECRET, where FOLDER holds `dhparams.pem` or `tls/dhparams.pem`.
 */
import { execFileSync } from "node:child_process";
import {
	copyFileSync,
	mkdirSync,
	readdirSync,
	renameSync,
	rmSync,
	symlinkSync,
} from "node:fs";
import { join } from "node:path";

const [kind = "", folder = "", secret = ""] = process.argv.slice(2);
const file = join(folder, "dhparams.pem");
const spare = join(folder, "spare");
const good = join(folder, "good.pem");

/** Each of these replaces the name at once, as rename(2) does. */
const SWAPS: Readonly<Record<string, () => void>> = {
	link: () => {
		symlinkSync(secret, spare);
		renameSync(spare, file);
		pause();
		copyFileSync(good, spare);
		renameSync(spare, file);
	},
	"hard link": () => {
		const next = readdirSync(folder).find((name) => name.startsWith("planted"));
		if (next !== undefined) renameSync(join(folder, next), file);
		pause();
		copyFileSync(good, spare);
		renameSync(spare, file);
	},
	pipe: () => {
		execFileSync("mkfifo", [spare]);
		renameSync(spare, file);
		pause();
		copyFileSync(good, spare);
		renameSync(spare, file);
	},
	directory: () => {
		const tls = join(folder, "tls");
		renameSync(tls, join(folder, "tls.away"));
		symlinkSync(join(secret, ".."), tls);
		pause();
		rmSync(tls);
		renameSync(join(folder, "tls.away"), tls);
	},
	// What root writes next to the file is replaced by a link before it takes the name.
	temporary: () => replaceAll(/\.ensure$/),
	lock: () => replaceAll(/\.(lock|new)$/),
};

function replaceAll(pattern: RegExp): void {
	for (const name of readdirSync(folder).filter((one) => pattern.test(one))) {
		symlinkSync(secret, spare);
		renameSync(spare, join(folder, name));
	}
}

/** Some microseconds to some milliseconds: it is not known when root looks. */
function pause(): void {
	const until = performance.now() + Math.random() ** 4 * 5;
	while (performance.now() < until);
}

mkdirSync(folder, { recursive: true });
process.stdout.write("ready\n");
for (;;) {
	try {
		SWAPS[kind]?.();
	} catch {
		// Root has the name at this moment; the rest of the swap is made up for.
		rmSync(spare, { force: true, recursive: true });
	}
	pause();
}

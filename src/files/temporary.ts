import { createHash, randomBytes } from "node:crypto";
import { lstat, readdir, unlink } from "node:fs/promises";
import type { Folder } from "./folder.js";
import { namePattern } from "./name-pattern.js";
import {
	lifeOf,
	type ProcessIdentity,
	thisProcess,
} from "./process-identity.js";

// In ms. A file of another host or container, whose processes cannot be seen; writing takes a few ms.
const ABANDONED_AFTER = 86_400_000;

/** The process, its start (0 where that is not known), its system, and a random number. */
const TEMPORARY = namePattern`.gen-dhparams-${/\d+/}-${/\d+/}-${/[0-9a-f]{12}/}-${/[0-9a-f]{12}/}.tmp`;

/** A name for a file that is written before it takes its own name; it says which process writes it. */
export function temporaryName(): string {
	const me = thisProcess();
	return TEMPORARY.of(me.pid, me.started ?? 0, systemMark(me), randomPart());
}

/** Twelve random hexadecimal digits. */
export function randomPart(): string {
	return randomBytes(6).toString("hex");
}

/**
 * Removes the temporary files that killed processes of this user have left in a directory: regular files with a name of
 * ours whose process is gone. Never an error: what cannot be removed stays.
 */
export async function removeAbandoned(folder: Folder): Promise<void> {
	const me = thisProcess();
	const names = await readdir(folder.at(".")).catch(() => []);
	for (const name of names) {
		const [pid, started = "0", mark] = TEMPORARY.partsOf(name) ?? [];
		if (pid === undefined) continue;
		const writer = {
			...me,
			pid: Number(pid),
			started: started === "0" ? null : started,
		};
		try {
			const path = folder.at(name);
			const status = await lstat(path);
			if (!status.isFile() || status.uid !== process.geteuid?.()) continue;
			const isOver =
				mark === systemMark(me)
					? lifeOf(writer) === "gone"
					: Math.abs(Date.now() - status.mtimeMs) > ABANDONED_AFTER;
			if (isOver) await unlink(path);
		} catch {
			// Removed by another run, or a directory of that name.
		}
	}
}

/** Twelve hexadecimal digits for the host, the boot and the process namespace that a process number counts in. */
function systemMark({ host, system }: ProcessIdentity): string {
	const hash = createHash("sha256").update(`${host}\n${system}`);
	return hash.digest("hex").slice(0, 12);
}

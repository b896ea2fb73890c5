import { keepBackup, Replacement } from "./replace.js";
import type { Run } from "./run.js";
import { currentVersion } from "./target.js";

/** Puts the stand-in where the server could not start otherwise. */
export async function provisionalFile({
	request: { provisional, backup, mode, owner },
	target: { place, existing },
	found: { usable },
}: Run): Promise<Pick<Run, "provisionalFile" | "backupFile">> {
	if (provisional === undefined || usable) return {};
	const pem = provisional.params.toPem();
	const contents = { bits: provisional.bits, group: provisional.name };
	let kept: { backupFile?: string } = {};
	for (let attempt = 1; ; attempt++) {
		try {
			const attributes = { existing, mode, ...owner, room: pem.length };
			await using replacement = await Replacement.open(place, attributes);
			// Another run may have been faster.
			if ((await currentVersion(place)) !== existing?.version) return kept;
			if (backup && existing && kept.backupFile === undefined) {
				kept = { backupFile: await keepBackup(place, existing) };
			}
			const onlyIfFree = existing === undefined;
			const version = await replacement.commit(pem, { onlyIfFree });
			return { ...kept, provisionalFile: { version, contents } };
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EEXIST") return kept;
			// The holder of the lock took our temporary file for a leftover: it had just begun.
			if (code !== "ENOENT" || attempt === 3) throw error;
		}
	}
}

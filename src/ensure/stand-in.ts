import { keepBackup, Replacement } from "./replace.js";
import type { Run } from "./run.js";
import { examine } from "./target.js";

/** Puts the stand-in where the server could not start otherwise. */
export async function standIn({
	request: { meanwhile, backup, mode },
	target: { file, existing },
	found: { usable },
}: Run): Promise<Pick<Run, "standIn" | "backupFile">> {
	if (meanwhile === undefined || usable) return {};
	const pem = meanwhile.params.toPem();
	const contents = { bits: meanwhile.bits, group: meanwhile.name };
	let kept: { backupFile?: string } = {};
	for (let attempt = 1; ; attempt++) {
		try {
			const attributes = { existing, mode, room: pem.length };
			await using replacement = await Replacement.open(file, attributes);
			// Another run may have been faster.
			if ((await examine(file))?.version !== existing?.version) return kept;
			if (backup && existing && kept.backupFile === undefined) {
				kept = { backupFile: await keepBackup(file, existing) };
			}
			const onlyIfFree = existing === undefined;
			const version = await replacement.commit(pem, { onlyIfFree });
			return { ...kept, standIn: { version, contents } };
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EEXIST") return kept;
			// The holder of the lock took our temporary file for a leftover: it had just begun.
			if (code !== "ENOENT" || attempt === 3) throw error;
		}
	}
}

import { codeOf } from "../files/reasons.js";
import { Replacement } from "../files/replace.js";
import { keepBackup } from "./backup.js";
import type { EnsureContext } from "./context.js";
import { replacementName } from "./names.js";
import { currentVersion } from "./target.js";

/** Writes the provisional group where the server could not start otherwise. */
export async function writeProvisional({
	request: { provisional, backup, mode, owner },
	target: { place, existing },
	found: { usable },
}: EnsureContext): Promise<
	Pick<EnsureContext, "provisionalFile" | "backupFile">
> {
	if (provisional === undefined || usable) return {};
	const pem = provisional.params.toPem();
	const contents = { bits: provisional.bits, group: provisional.name };
	let kept: { backupFile?: string } = {};
	for (let attempt = 1; ; attempt++) {
		try {
			await using replacement = await Replacement.open(place, {
				temporary: replacementName(place.name),
				existing: existing?.status,
				mode,
				...owner,
			});
			await replacement.write(pem);
			// Another run may have been faster.
			if ((await currentVersion(place)) !== existing?.version) return kept;
			if (backup && existing && kept.backupFile === undefined) {
				kept = { backupFile: await keepBackup(place, existing) };
			}
			const onlyIfFree = existing === undefined;
			const version = await replacement.commit({ onlyIfFree });
			return { ...kept, provisionalFile: { version, contents } };
		} catch (error) {
			if (codeOf(error) === "EEXIST") return kept;
			// The holder of the lock took our temporary file for a leftover: it had just begun.
			if (codeOf(error) !== "ENOENT" || attempt === 3) throw error;
		}
	}
}

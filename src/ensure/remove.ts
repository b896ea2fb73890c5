import { lstat, unlink } from "node:fs/promises";
import { checkWritable } from "../atomic-file.js";
import { MISSING } from "./decide.js";
import type { Request } from "./options.js";
import { keepBackup } from "./replace.js";
import { NOTHING, type Run } from "./run.js";
import type { Target } from "./target.js";
import { takeTurn } from "./turn.js";

/** The other state: no such file. As rm does, it takes a link away and leaves its target. */
export async function remove(
	path: string,
	request: Request,
	target: Target,
): Promise<Run> {
	const run = { path, request, target, found: MISSING };
	const isLink = await lstat(path).then(
		(status) => status.isSymbolicLink(),
		() => false,
	);
	if (target.existing === undefined && !isLink) {
		const outcome = { changed: false, reason: "absent", ...NOTHING } as const;
		return { ...run, outcome };
	}
	const outcome = {
		changed: true,
		reason: "removed",
		message: "The file was there.",
		...NOTHING,
	} as const;
	if (request.checkMode) {
		await checkWritable(path, { overwrite: true });
		return { ...run, outcome };
	}
	const { signal } = request.generation;
	await using _ = await takeTurn(target.file, { ...request, signal });
	const kept =
		request.backup && target.existing && !isLink
			? { backupFile: await keepBackup(target.file, target.existing) }
			: {};
	await unlink(path);
	return { ...run, outcome: { ...outcome, ...kept } };
}

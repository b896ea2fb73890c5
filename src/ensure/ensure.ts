import { chmod } from "node:fs/promises";
import { checkArgument, TEXT } from "../arguments.js";
import { asFileError, checkWritable } from "../atomic-file.js";
import { withAsn1 } from "../encoding/asn1.js";
import { LockedError, UnreadableParametersError } from "../errors.js";
import { generate } from "../generate/generate.js";
import { readOne } from "../reading/read.js";
import { readFileWithinLimit } from "../reading/read-file.js";
import { decide } from "./decide.js";
import { type EnsureOptions, type Request, requestOf } from "./options.js";
import { reload } from "./reload.js";
import { remove } from "./remove.js";
import { keepBackup, Replacement } from "./replace.js";
import type { EnsureResult } from "./result.js";
import type { Outcome, Run } from "./run.js";
import { standIn } from "./stand-in.js";
import { examine, findTarget } from "./target.js";
import { lockOf, takeTurn } from "./turn.js";

/**
 * Makes sure that a file holds good Diffie-Hellman parameters: one that is there, accepted by the validator and large
 * enough is left alone; otherwise fresh ones are made and take its place at once, with its owner and mode. Runs on the
 * same file wait for each other, and only the first one works. A run that is killed leaves the old file or the new one.
 *
 * A failed `reload` throws nothing and undoes nothing: see the result.
 *
 * @throws {InvalidArgumentError} for an option out of range
 * @throws {WeakSizeError} for fewer than 2048 bits without `allowWeak`
 * @throws {FileError} for what is no file, cannot be read or written, or holds more than parameters
 * @throws {LockedError} when another run still works on the file after `wait`
 * @throws what `generate` does, and the signal's reason when it is aborted
 *
 * @example
 * const { changed, reason } = await ensure("/etc/ssl/dhparams.pem", { bits: 3072, backup: true });
 * if (changed) await restartServer(reason);
 */
export async function ensure(
	path: string,
	options: EnsureOptions = {},
): Promise<EnsureResult> {
	checkArgument("path", path, TEXT);
	const request = await requestOf(options);
	return inWords(path, async () => {
		const run = await begin(path, request);
		if (run.outcome !== undefined) return finished(run, run.outcome);
		return finished(run, await replace(run));
	});
}

/**
 * The quick part of {@link ensure}, for a caller who leaves the rest to another process: looks at the file and puts the
 * stand-in in its place where it is missing or rejected.
 *
 * @returns what was done, and whether the search is still to come
 * @throws what `ensure` does
 */
export async function ensureMeanwhile(
	path: string,
	options: EnsureOptions,
): Promise<{ result: EnsureResult; pending: boolean }> {
	checkArgument("path", path, TEXT);
	const request = await requestOf(options);
	return inWords(path, async () => {
		const run = await begin(path, request);
		if (run.outcome !== undefined) {
			return { result: await finished(run, run.outcome), pending: false };
		}
		await checkWritable(run.target.file, { overwrite: true });
		const now = run.standIn?.contents ?? run.found;
		const outcome = { changed: run.standIn !== undefined, ...now };
		return { result: await resultOf(run, outcome), pending: true };
	});
}

async function begin(path: string, request: Request): Promise<Run> {
	const target = await findTarget(path);
	if (request.absent) return remove(path, request, target);
	const found = await decide(target, request);
	const run = { path, request, target, found };
	if (found.reason === "good") return { ...run, outcome: await leave(run) };
	if (request.checkMode) {
		await checkWritable(target.file, { overwrite: true });
		const { bits, group } = found;
		return { ...run, outcome: { changed: true, bits, group } };
	}
	return { ...run, ...(await standIn(run)) };
}

/** A good file, whose permissions may still be others than asked for. */
async function leave({ request, target, found }: Run): Promise<Outcome> {
	const { checkMode, mode } = request;
	const { bits, group } = found;
	if (!checkMode) await tidy(target.file);
	const isMode = mode ?? target.existing?.mode;
	if (target.existing?.mode === isMode) return { changed: false, bits, group };
	if (!checkMode && mode !== undefined) await chmod(target.file, mode);
	const octal = `0${mode?.toString(8).padStart(3, "0")}`;
	const message = `${found.message} Its mode was not ${octal}.`;
	return { changed: true, reason: "mode", message, bits, group };
}

/** Removes what a killed run has left beside a good file; not worth an error, nor a wait. */
async function tidy(file: string): Promise<void> {
	try {
		if ((await examine(lockOf(file))) === undefined) return;
		await using _ = await takeTurn(file, { wait: 0 });
	} catch {
		// Another run is at work, or the folder is not ours.
	}
}

/** The long part: waits for its turn, looks again, searches and replaces. */
async function replace(run: Run): Promise<Outcome> {
	const { request, target, found } = run;
	const { file } = target;
	const { bits, generation } = request;
	const { signal } = generation;
	await using lock = await takeTurn(file, { ...request, signal });
	const existing = await examine(file);
	const seen = run.standIn?.version ?? target.existing?.version;
	let current = found;
	if (existing?.version !== seen) {
		// Another run has been here; what it made is new enough even for --force.
		current = await decide({ file, existing }, { ...request, force: false });
		if (current.reason === "good") {
			const { bits, group } = current;
			if (run.standIn !== undefined) return { changed: true, bits, group };
			return { ...current, changed: false };
		}
	}
	await using replacement = await Replacement.open(file, {
		existing,
		mode: request.mode,
		room: pemRoom(bits),
	});
	const params = await generate(bits, generation);
	if (!(await lock.isHeld())) throw overtaken(file);
	// A standard group can be had again at any time.
	const worthKeeping =
		existing && !run.standIn && current.reason !== "provisional";
	const kept =
		request.backup && worthKeeping
			? { backupFile: await keepBackup(file, existing) }
			: {};
	await replacement.commit(params.toPem());
	return { ...kept, changed: true, bits: params.bits, group: null };
}

async function finished(run: Run, outcome: Outcome): Promise<EnsureResult> {
	const result = await resultOf(run, outcome);
	const { reload: command, checkMode } = run.request;
	if (command === undefined || checkMode || !result.changed) return result;
	return { ...result, reload: await reload(command) };
}

async function resultOf(run: Run, outcome: Outcome): Promise<EnsureResult> {
	const { path, found, target, request, backupFile } = run;
	const { checkMode, meanwhile, returnContent } = request;
	const { group } = outcome;
	return {
		changed: outcome.changed,
		path,
		reason: outcome.reason ?? found.reason,
		message: outcome.message ?? found.message,
		bits: outcome.bits,
		group,
		provisional: group !== null && group === meanwhile?.name,
		checkMode,
		...(backupFile === undefined ? {} : { backupFile }),
		...(outcome.backupFile === undefined
			? {}
			: { backupFile: outcome.backupFile }),
		...(returnContent ? { pem: await pemIn(target.file) } : {}),
	};
}

async function pemIn(file: string): Promise<string | null> {
	if ((await examine(file)) === undefined) return null;
	try {
		const bytes = await readFileWithinLimit(file);
		const { params } = await withAsn1(() => readOne(bytes));
		return params.toPem();
	} catch (error) {
		if (error instanceof UnreadableParametersError) return null;
		throw error;
	}
}

/** At least the length of the PEM of p and g, in bytes: base64 takes 4 for 3, and a newline for 64. */
function pemRoom(bits: number): number {
	return Math.ceil((bits / 8) * (4 / 3) * (65 / 64)) + 128;
}

function overtaken(file: string): LockedError {
	return new LockedError(
		`${file} was left to another run, which took this one for dead: it was stopped for minutes, or its lock file was removed.`,
	);
}

/** Errors of the file system in our words; all others as they are. */
async function inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		const { syscall } = error as NodeJS.ErrnoException;
		throw typeof syscall === "string" ? asFileError(path, error) : error;
	}
}

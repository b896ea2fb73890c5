import { checkArgument, TEXT } from "../arguments.js";
import { asFileError, checkFolder } from "../atomic-file.js";
import { withAsn1 } from "../encoding/asn1.js";
import { LockedError, UnreadableParametersError } from "../errors.js";
import { findPlace, type Place } from "../files/place.js";
import { generate } from "../generate/generate.js";
import { readOne } from "../reading/read.js";
import { readOpenFile } from "../reading/read-file.js";
import { acquireLock, lockOf } from "./acquire-lock.js";
import { setAttributes, wrongAttributes } from "./attributes.js";
import { decide } from "./decide.js";
import type { Lock } from "./lock.js";
import {
	type EnsureOptions,
	type EnsureRequest,
	requestOf,
} from "./options.js";
import { isReloadPending, noteReload } from "./pending-reload.js";
import { provisionalFile } from "./provisional.js";
import type { ReloadResult } from "./reload.js";
import { remove } from "./remove.js";
import { keepBackup, Replacement } from "./replace.js";
import type { EnsureResult } from "./result.js";
import type { Outcome, Run } from "./run.js";
import { reloadAlone, reloadHeld } from "./server-reload.js";
import { openExisting, type Target } from "./target.js";

/**
 * Makes sure that a file holds good Diffie-Hellman parameters: one that is there, accepted by the validator and large
 * enough is left alone; otherwise fresh ones are made and take its place at once, with its owner and mode. Runs on the
 * same file wait for each other, and only the first one works. A run that is killed leaves the old file or the new one.
 *
 * A failed `reload` throws nothing and undoes nothing; the next call with a `reload` repeats it.
 *
 * @throws {InvalidArgumentError} for an option out of range
 * @throws {WeakSizeError} for fewer than 2048 bits without `allowWeak`
 * @throws {FileError} for a path that is not a regular file, cannot be read or written, or holds more than parameters
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
	return withTarget(path, request, async (target) => {
		const run = await begin(path, request, target);
		if (run.outcome !== undefined) return finish(run, run.outcome);
		const { signal } = request.generation;
		await using lock = await acquireLock(target.place, { ...request, signal });
		const outcome = await replace(run, lock);
		return resultOf(run, outcome, await reloadHeld(run, outcome));
	});
}

/**
 * The quick part of {@link ensure}, for a caller who leaves the rest to another process: looks at the file and puts the
 * stand-in in its place where it is missing or rejected.
 *
 * @returns what was done, and whether the search is still to come
 * @throws what `ensure` does
 */
export async function ensureProvisional(
	path: string,
	options: EnsureOptions,
): Promise<{ result: EnsureResult; pending: boolean }> {
	checkArgument("path", path, TEXT);
	const request = await requestOf(options);
	return withTarget(path, request, async (target) => {
		const run = await begin(path, request, target);
		if (run.outcome !== undefined) {
			return { result: await finish(run, run.outcome), pending: false };
		}
		await checkFolder(target.place);
		const now = run.provisionalFile?.contents ?? run.found;
		const outcome = { changed: run.provisionalFile !== undefined, ...now };
		return { result: await resultOf(run, outcome), pending: true };
	});
}

/** Opens the directory and the file once for the whole run. Errors of the file system name the path. */
async function withTarget<T>(
	path: string,
	{ absent }: EnsureRequest,
	work: (target: Target) => Promise<T>,
): Promise<T> {
	try {
		await using place = await findPlace(path, { followLast: !absent });
		await using existing = absent ? undefined : await openExisting(place);
		return await work({ place, existing });
	} catch (error) {
		const { syscall } = error as NodeJS.ErrnoException;
		throw typeof syscall === "string" ? asFileError(path, error) : error;
	}
}

async function begin(
	path: string,
	request: EnsureRequest,
	target: Target,
): Promise<Run> {
	if (request.absent) return remove(path, request, target.place);
	const found = await decide(target, request);
	const run = { path, request, target, found };
	if (found.reason === "good") return { ...run, outcome: await leave(run) };
	if (request.checkMode) {
		await checkFolder(target.place);
		const { bits, group } = found;
		return { ...run, outcome: { changed: true, bits, group } };
	}
	return { ...run, ...(await provisionalFile(run)) };
}

/** A good file, whose permissions and owner may still be others than asked for. */
async function leave({ request, target, found }: Run): Promise<Outcome> {
	const { checkMode, reload } = request;
	const { place, existing } = target;
	const { bits, group } = found;
	if (!checkMode) await tidy(place);
	const wrong = existing && wrongAttributes(existing, request);
	if (existing === undefined || wrong === undefined)
		return { changed: false, bits, group };
	if (!checkMode) {
		// A directory that this user may not write to holds no note.
		if (reload !== undefined) await noteReload(place).catch(() => {});
		await setAttributes(place, existing, request);
	}
	const message = `${found.message} ${wrong.message}`;
	return { changed: true, reason: wrong.reason, message, bits, group };
}

/** Removes what a killed run has left beside a good file; not worth an error, nor a wait. */
async function tidy(place: Place): Promise<void> {
	try {
		if ((await lockOf(place).status()) === undefined) return;
		await using _ = await acquireLock(place, { wait: 0 });
	} catch {
		// Another run is at work, or the directory is not ours.
	}
}

/** The long part, in its turn: looks again, searches and replaces. */
async function replace(run: Run, lock: Lock): Promise<Outcome> {
	const { request, found } = run;
	const { place } = run.target;
	const { bits, generation, mode, owner, reload } = request;
	await using existing = await openExisting(place);
	const seen = run.provisionalFile?.version ?? run.target.existing?.version;
	let current = found;
	if (existing?.version !== seen) {
		// Another run has been here; what it made is new enough even for --force.
		current = await decide({ place, existing }, { ...request, force: false });
		if (current.reason === "good") {
			const { bits, group } = current;
			if (run.provisionalFile !== undefined)
				return { changed: true, bits, group };
			return { ...current, changed: false };
		}
	}
	await using replacement = await Replacement.open(place, {
		existing,
		mode,
		...owner,
		room: pemRoom(bits),
	});
	const params = await generate(bits, generation);
	if (!(await lock.isHeld())) throw overtaken(place.file);
	// A standard group can be had again at any time.
	const worthKeeping =
		existing && !run.provisionalFile && current.reason !== "provisional";
	const kept =
		request.backup && worthKeeping
			? { backupFile: await keepBackup(place, existing) }
			: {};
	if (reload !== undefined) await noteReload(place);
	await replacement.commit(params.toPem());
	return { ...kept, changed: true, bits: params.bits, group: null };
}

async function finish(run: Run, outcome: Outcome): Promise<EnsureResult> {
	return resultOf(run, outcome, await reloadAlone(run, outcome));
}

async function resultOf(
	run: Run,
	outcome: Outcome,
	reload?: ReloadResult,
): Promise<EnsureResult> {
	const { path, found, target, request, backupFile } = run;
	const { checkMode, provisional, returnContent } = request;
	const { group } = outcome;
	return {
		changed: outcome.changed,
		path,
		reason: outcome.reason ?? found.reason,
		message: outcome.message ?? found.message,
		bits: outcome.bits,
		group,
		provisional: group !== null && group === provisional?.name,
		checkMode,
		...(backupFile === undefined ? {} : { backupFile }),
		...(outcome.backupFile === undefined
			? {}
			: { backupFile: outcome.backupFile }),
		...(returnContent ? { pem: await pemIn(target.place) } : {}),
		...(reload === undefined ? {} : { reload }),
		...((await isReloadPending(target.place)) ? { reloadPending: true } : {}),
	};
}

async function pemIn(place: Place): Promise<string | null> {
	await using existing = await openExisting(place);
	if (existing === undefined) return null;
	try {
		const bytes = await readOpenFile(existing.handle, place.file);
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
		`${file} was left to another run, which considered this one dead: it was stopped for minutes, or its lock file was removed.`,
	);
}

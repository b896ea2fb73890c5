import { checkArgument, TEXT } from "../arguments.js";
import { LockedError } from "../errors.js";
import { findPlace, type Place } from "../files/place.js";
import { unwritable } from "../files/reasons.js";
import { Replacement } from "../files/replace.js";
import { generate } from "../generate/generate.js";
import { acquireLock, lockOf } from "./acquire-lock.js";
import { setAttributes, wrongAttributes } from "./attributes.js";
import { keepBackup } from "./backup.js";
import type { EnsureContext } from "./context.js";
import { type Assessment, decide } from "./decide.js";
import type { Lock } from "./lock.js";
import { replacementName } from "./names.js";
import {
	type EnsureOptions,
	type EnsureRequest,
	requestOf,
} from "./options.js";
import { noteReload } from "./pending-reload.js";
import { writeProvisional } from "./provisional.js";
import { remove } from "./remove.js";
import { type EnsureResult, type Outcome, resultOf } from "./result.js";
import { reloadAlone, reloadHeld } from "./server-reload.js";
import { openExisting, type Target } from "./target.js";

/**
 * Makes sure that a file holds good Diffie-Hellman parameters. A file that the validator accepts and that is large
 * enough is left alone. Otherwise fresh parameters replace it atomically, with its owner and mode. Runs on the same file
 * wait for each other, and only the first one works. A run that is killed leaves the old file or the new one.
 *
 * A failed `reload` throws nothing and undoes nothing; the next call with a `reload` repeats it.
 *
 * @param path the file, without NUL characters
 * @param options what the file must be, and how the call goes about it; see {@link EnsureOptions}
 * @returns what was found and done; `changed` says whether a server has to read the file again
 * @throws {@link InvalidArgumentError} for an option out of range
 * @throws {@link WeakSizeError} for fewer than 2048 bits without `allowWeak`
 * @throws {@link FileError} for a path that is not a regular file, cannot be read or written, or holds more than parameters
 * @throws {@link LockedError} when another run still works on the file after `wait`
 * @throws {@link WorkerError} when a worker thread cannot start or dies
 * @throws the signal's reason when it is aborted, and what `onProgress` throws
 *
 * @example Keep a file good, and restart the server after a change
 * const { changed } = await ensure("/etc/ssl/dhparams.pem", { bits: 3072, backup: true });
 * if (changed) await restartServer();
 *
 * @example Have a file at once, and fresh parameters in it when the call returns
 * await ensure("dhparams.pem", { provisional: "ffdhe2048", maxAge: 90 * 86_400_000 });
 *
 * @example Set the owner, and let the server read a new file
 * await ensure("dhparams.pem", { owner: "root", group: "ssl-cert", mode: 0o640, reload: "nginx -s reload" });
 */
export async function ensure(
	path: string,
	options: EnsureOptions = {},
): Promise<EnsureResult> {
	checkArgument("path", path, TEXT);
	const request = await requestOf(options);
	return withTarget(path, request, async (target) => {
		const context = await begin(path, request, target);
		if (context.outcome !== undefined) return finish(context, context.outcome);
		const { signal } = request.generation;
		await using lock = await acquireLock(target.place, { ...request, signal });
		const outcome = await replace(context, lock);
		return resultOf(context, outcome, await reloadHeld(context, outcome));
	});
}

/**
 * The quick part of {@link ensure}, for a caller who leaves the rest to another process: looks at the file, and writes
 * the provisional group where it is missing or rejected.
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
		const context = await begin(path, request, target);
		if (context.outcome !== undefined) {
			return { result: await finish(context, context.outcome), pending: false };
		}
		await target.place.folder.checkWritable();
		const { provisionalFile, found } = context;
		const { bits, group } = provisionalFile?.contents ?? found;
		const changed = provisionalFile !== undefined;
		const result = await resultOf(context, { changed, bits, group });
		return { result, pending: true };
	});
}

/** Opens the directory and the file once for the whole call. Errors of the file system name the path. */
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
		throw typeof syscall === "string" ? unwritable(path, error) : error;
	}
}

async function begin(
	path: string,
	request: EnsureRequest,
	target: Target,
): Promise<EnsureContext> {
	if (request.absent) return remove(path, request, target.place);
	const found = await decide(target, request);
	const context = { path, request, target, found };
	if (found.reason === "good") {
		return { ...context, outcome: await leave(context) };
	}
	if (request.checkMode) {
		await target.place.folder.checkWritable();
		const { bits, group } = found;
		return { ...context, outcome: { changed: true, bits, group } };
	}
	return { ...context, ...(await writeProvisional(context)) };
}

/** A good file, whose permissions and owner may still be others than asked for. */
async function leave({
	request,
	target,
	found,
}: EnsureContext): Promise<Outcome> {
	const { checkMode, reload } = request;
	const { place, existing } = target;
	const { bits, group } = found;
	if (!checkMode) await removeLeftovers(place);
	const wrong = existing && wrongAttributes(existing, request);
	if (existing === undefined || wrong === undefined) {
		return { changed: false, bits, group };
	}
	if (!checkMode) {
		// A directory that this user may not write to holds no note.
		if (reload !== undefined) await noteReload(place).catch(() => {});
		await setAttributes(place, existing, request);
	}
	const message = `${found.message} ${wrong.message}`;
	return { changed: true, reason: wrong.reason, message, bits, group };
}

/** What a killed run has left beside a good file; not worth an error, nor a wait. */
async function removeLeftovers(place: Place): Promise<void> {
	try {
		if ((await lockOf(place).status()) === undefined) return;
		await using _ = await acquireLock(place, { wait: 0 });
	} catch {
		// Another run is at work, or the directory is not ours.
	}
}

/** The long part, with the lock: looks again, searches and replaces. */
async function replace(context: EnsureContext, lock: Lock): Promise<Outcome> {
	const { request, target, provisionalFile } = context;
	const { place } = target;
	const { bits, generation, mode, owner, reload } = request;
	await using existing = await openExisting(place);
	const current = await lookAgain(context, { place, existing });
	if (current.reason === "good") {
		const { bits, group } = current;
		if (provisionalFile !== undefined) return { changed: true, bits, group };
		return { ...current, changed: false };
	}
	await using replacement = await Replacement.open(place, {
		temporary: replacementName(place.name),
		existing: existing?.status,
		mode,
		...owner,
		room: pemRoom(bits),
	});
	const params = await generate(bits, generation);
	if (!(await lock.isHeld())) throw overtaken(place.file);
	// A standard group can be had again at any time.
	const worthKeeping =
		existing && !provisionalFile && current.reason !== "provisional";
	const kept =
		request.backup && worthKeeping
			? { backupFile: await keepBackup(place, existing) }
			: {};
	if (reload !== undefined) await noteReload(place);
	await replacement.write(params.toPem());
	await replacement.commit();
	return { ...kept, changed: true, bits: params.bits, group: null };
}

/** What is in the file now: as found before, unless another run has been here. */
async function lookAgain(
	{ request, found, target, provisionalFile }: EnsureContext,
	now: Target,
): Promise<Assessment> {
	const seen = provisionalFile?.version ?? target.existing?.version;
	if (now.existing?.version === seen) return found;
	// What another run made is new enough even with `force`.
	return decide(now, { ...request, force: false });
}

async function finish(
	context: EnsureContext,
	outcome: Outcome,
): Promise<EnsureResult> {
	return resultOf(context, outcome, await reloadAlone(context, outcome));
}

/** At least the length of the PEM of p and g, in bytes: base64 takes 4 for 3, and a newline for 64. */
function pemRoom(bits: number): number {
	return Math.ceil((bits / 8) * (4 / 3) * (65 / 64)) + 128;
}

function overtaken(file: string): LockedError {
	return new LockedError(
		`${file} was left to another run, which considered this run dead: it was stopped for minutes, or its lock file was removed.`,
	);
}

import { namePattern } from "../files/name-pattern.js";
import { randomPart } from "../files/temporary.js";

/** A file, and a random number. */
const REPLACEMENT = namePattern`${/[\s\S]+/}.${/[0-9a-f]{12}/}.ensure`;

/** A lock file, and the id of the hold that is claimed. */
const CLAIM = namePattern`${/[\s\S]+/}.${/[0-9a-f]{32}|torn-\d+-\d+/}`;

/** A lock file, and the id of the run that makes it. */
const CANDIDATE = namePattern`${/[\s\S]+/}.${/[0-9a-f]{32}/}.new`;

/** What a replacement of a file is called until it takes the file's name. */
export function replacementName(file: string): string {
	return REPLACEMENT.of(file, randomPart());
}

export function lockName(file: string): string {
	return `${file}.lock`;
}

/** The file with which a run takes over a lock from the holder with that id. */
export function claimName(lock: string, id: string): string {
	return CLAIM.of(lock, id);
}

/** What a lock file or claim is called until it is whole, by the id of its maker. */
export function candidateName(lock: string, id: string): string {
	return CANDIDATE.of(lock, id);
}

/** Is it a file that a run of ensure made beside a file, and not the holder of the lock with that id? */
export function isLeftover(name: string, file: string, id: string): boolean {
	if (REPLACEMENT.partsOf(name)?.[0] === file) return true;
	const [lock, maker] = CLAIM.partsOf(name) ?? CANDIDATE.partsOf(name) ?? [];
	return lock === lockName(file) && maker !== id;
}

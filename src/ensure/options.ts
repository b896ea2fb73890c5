import {
	BOOLEAN,
	checkOptions,
	FUNCTION,
	type Kind,
	type KindsOf,
	NUMBER,
	STRING,
	TEXT,
} from "../arguments.js";
import { InvalidArgumentError, WeakSizeError } from "../errors.js";
import {
	checkRequest,
	GENERATE_OPTIONS,
	type GenerateOptions,
	RECOMMENDED_BITS,
} from "../generate/options.js";
import { findGroup } from "../groups/groups.js";
import type { NamedGroup } from "../groups/named-group.js";
import { policyOf } from "../validate/policy.js";
import { validate } from "../validate/validate.js";
import { type Owner, ownerOf } from "./owner.js";

/**
 * What {@link ensure} is to make sure of, and how; options of `generate` go to the search as they are.
 *
 * @example
 * const options: EnsureOptions = { maxAge: 90 * 86_400_000, mode: 0o640, group: "ssl-cert" };
 */
export interface EnsureOptions extends GenerateOptions {
	/** The least size of p in bits, and the size of fresh parameters; 2048 … 10000, from 512 with `allowWeak`. Default 2048. */
	readonly bits?: number | undefined;
	/** `absent` removes the file instead. Default `present`. */
	readonly state?: "present" | "absent" | undefined;
	/** Make fresh parameters even where the file holds good ones. Default false. */
	readonly force?: boolean | undefined;
	/** Keep what is replaced or removed under the name FILE.YYYYMMDDTHHMMSSZ (UTC). Default false. */
	readonly backup?: boolean | undefined;
	/** The permissions that the file is to have, 0 … 0o777. Default: those of the old file, 0o644 for a new one. */
	readonly mode?: number | undefined;
	/** The user that the file is to belong to, a name or a number. Default: that of the old file, this user for a new one. */
	readonly owner?: string | number | undefined;
	/** The group that the file is to belong to, a name or a number. Default as for `owner`. */
	readonly group?: string | number | undefined;
	/** Replace a file whose last modification is longer ago than this, in ms. Default: any age is good. */
	readonly maxAge?: number | undefined;
	/** A standard group, such as ffdhe2048, that takes the place of a missing or rejected file until the search is done. */
	readonly provisional?: string | undefined;
	/** How long to wait for another run that works on the same file, in ms. Default: until it is done. */
	readonly wait?: number | undefined;
	/**
	 * A shell command to run when the file was changed; its output goes to stderr. Where it fails, or the run is killed
	 * before it has succeeded, the next call with a `reload` runs it again, also when the file is good.
	 */
	readonly reload?: string | undefined;
	/** Only say what would be done. Default false. */
	readonly checkMode?: boolean | undefined;
	/** Return what the file holds in the end. Default false. */
	readonly returnContent?: boolean | undefined;
	/** Called once when another run holds the lock, with a sentence that names it. */
	readonly onWait?: ((message: string) => void) | undefined;
}

const NAME_OR_NUMBER: Kind = {
	accepts: (value) => typeof value === "string" || typeof value === "number",
	expected: "a name or a number",
};

const ENSURE_OPTIONS: KindsOf<EnsureOptions> = {
	...GENERATE_OPTIONS,
	bits: NUMBER,
	state: STRING,
	force: BOOLEAN,
	backup: BOOLEAN,
	mode: NUMBER,
	owner: NAME_OR_NUMBER,
	group: NAME_OR_NUMBER,
	maxAge: NUMBER,
	provisional: STRING,
	wait: NUMBER,
	reload: TEXT,
	checkMode: BOOLEAN,
	returnContent: BOOLEAN,
	onWait: FUNCTION,
};

/** The options with every default in its place and nothing left to check. */
export interface EnsureRequest {
	readonly bits: number;
	/** The least size that the validator is to accept. */
	readonly minBits: number;
	readonly absent: boolean;
	readonly force: boolean;
	readonly backup: boolean;
	readonly mode: number | undefined;
	readonly owner: Owner;
	readonly maxAge: number;
	readonly provisional: NamedGroup | undefined;
	readonly wait: number;
	readonly reload: string | undefined;
	readonly checkMode: boolean;
	readonly returnContent: boolean;
	readonly onWait: ((message: string) => void) | undefined;
	readonly generation: GenerateOptions;
}

/**
 * @throws {@link InvalidArgumentError} for an option out of range, or a provisional group that the validator rejects
 * @throws {@link WeakSizeError} for fewer than 2048 bits without `allowWeak`
 */
export async function requestOf(
	options: EnsureOptions,
): Promise<EnsureRequest> {
	const {
		bits = RECOMMENDED_BITS,
		state = "present",
		force = false,
		backup = false,
		mode,
		owner,
		group,
		maxAge = Number.POSITIVE_INFINITY,
		provisional,
		wait = Number.POSITIVE_INFINITY,
		reload,
		checkMode = false,
		returnContent = false,
		onWait,
		...generation
	}: EnsureOptions = checkOptions(
		"an option of ensure",
		options,
		ENSURE_OPTIONS,
	);
	if (state !== "present" && state !== "absent") {
		throw new InvalidArgumentError(
			`The state is "${state}"; it must be present or absent.`,
		);
	}
	checkRequest(bits, generation);
	checkBits(bits, generation.allowWeak ?? false);
	checkMilliseconds("The time to wait", wait);
	checkMilliseconds("The greatest age", maxAge);
	if (
		mode !== undefined &&
		(!Number.isInteger(mode) || mode < 0 || mode > 0o777)
	) {
		throw new InvalidArgumentError(
			`The mode is ${mode}; it must be a number from 0 to 0o777, such as 0o644.`,
		);
	}
	const minBits = Math.min(bits, RECOMMENDED_BITS);
	return {
		bits,
		minBits,
		absent: state === "absent",
		force,
		backup,
		mode,
		owner: await ownerOf(owner, group),
		maxAge,
		provisional:
			provisional === undefined
				? undefined
				: await provisionalFile(provisional, minBits),
		wait,
		reload,
		checkMode,
		returnContent,
		onWait,
		generation,
	};
}

/** What the validator would reject next time must not be made. */
function checkBits(bits: number, allowWeak: boolean): void {
	const { maxBits } = policyOf({});
	if (bits > maxBits) {
		throw new InvalidArgumentError(
			`${bits} bits are more than the ${maxBits} that OpenSSL works with, so such a file would always be rejected; 2048 to 4096 serve well.`,
		);
	}
	if (bits < RECOMMENDED_BITS && !allowWeak) {
		throw new WeakSizeError(
			`A file with ${bits} bits is not a good one: many clients refuse fewer than ${RECOMMENDED_BITS} ("dh key too small").`,
		);
	}
}

function checkMilliseconds(name: string, ms: number): void {
	if (Number.isNaN(ms) || ms < 0) {
		throw new InvalidArgumentError(`${name} is ${ms}; it must be 0 or above.`);
	}
}

async function provisionalFile(
	name: string,
	minBits: number,
): Promise<NamedGroup> {
	const group = findGroup(name);
	const { verdict } = await validate(group.params, { minBits });
	if (verdict === "reject") {
		throw new InvalidArgumentError(
			`${group.name} cannot stand in: the validator rejects it. Use ffdhe2048 or larger.`,
		);
	}
	return group;
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { InvalidArgumentError } from "../errors.js";

/** Numbers of a user and a group, as chown(2) takes them; undefined where nothing is asked for. */
export interface Owner {
	readonly uid?: number;
	readonly gid?: number;
}

/** The largest number: 2^32 - 1 stands for "unchanged" in chown(2). */
const MAX_ID = 2 ** 32 - 2;

/** What useradd(8) and directory services allow, and never an option. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]{0,254}\$?$/;

/**
 * Finds a user's or a group's number: in /etc/passwd and /etc/group, or else, for directory services, with getent(1).
 *
 * @throws {@link InvalidArgumentError} for a name that this system does not know, and a number out of range
 */
export async function ownerOf(
	user: string | number | undefined,
	group: string | number | undefined,
): Promise<Owner> {
	return {
		...(user === undefined ? {} : { uid: await idOf("user", "passwd", user) }),
		...(group === undefined
			? {}
			: { gid: await idOf("group", "group", group) }),
	};
}

async function idOf(
	what: "user" | "group",
	database: "passwd" | "group",
	wanted: string | number,
): Promise<number> {
	const name = String(wanted);
	// As chown(1): a name of digits is looked up first.
	const entry = NAME.test(name)
		? ((await entryIn(`/etc/${database}`, name)) ??
			(/^\d+$/.test(name) ? undefined : await askSystem(database, name)))
		: undefined;
	const id = Number(entry ?? (/^\d{1,10}$/.test(name) ? name : Number.NaN));
	if (Number.isInteger(id) && id <= MAX_ID) return id;
	throw new InvalidArgumentError(
		`This system has no ${what} "${name}"; give another name, or a number from 0 to ${MAX_ID}.`,
	);
}

/** The third field of the line with that name: passwd(5), group(5). */
function numberIn(table: string, name: string): string | undefined {
	const line = table.split("\n").find((one) => one.startsWith(`${name}:`));
	const id = line?.split(":")[2];
	return id !== undefined && /^\d+$/.test(id) ? id : undefined;
}

async function entryIn(
	file: string,
	name: string,
): Promise<string | undefined> {
	try {
		return numberIn(await readFile(file, "utf8"), name);
	} catch {
		return undefined;
	}
}

async function askSystem(
	database: string,
	name: string,
): Promise<string | undefined> {
	try {
		const asked = await promisify(execFile)("getent", [database, name]);
		// Directory services may answer with another spelling of the name.
		return numberIn(asked.stdout, asked.stdout.split(":")[0] ?? name);
	} catch {
		return undefined;
	}
}

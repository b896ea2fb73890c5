import {
	checkArgument,
	checkOptions,
	type Kind,
	type KindsOf,
	NUMBER,
	STRING,
	TEXT,
} from "../../arguments.js";

/** How a queue is reached; all ends of one queue need the same prefix. */
export interface ConnectionOptions {
	/**
	 * What the keys in Redis begin with, and the schema in PostgreSQL: a letter, then up to 39 letters, digits or "_". Default
	 * "gen_dhparams".
	 */
	readonly prefix?: string | undefined;
	/**
	 * The password, where the URL has none. By default the environment variable REDISCLI_AUTH, as for redis-cli; for
	 * PostgreSQL PGPASSWORD or ~/.pgpass, as for psql.
	 */
	readonly password?: string | undefined;
	/** Certificates of authorities in PEM, instead of those of Node; NODE_EXTRA_CA_CERTS adds to those. */
	readonly ca?: string | undefined;
	/**
	 * How long a machine that does not answer keeps its unit, in ms, 1000 … 600,000. Default 10,000. The unit is handed out
	 * again after up to 1.5 times as long. Half of it is also how often machines report themselves.
	 */
	readonly lockMs?: number | undefined;
}

/** Options of a coordinator's end. */
export interface UnitQueueOptions extends ConnectionOptions {
	/**
	 * Which search the units belong to: a text that differs from one search to another, and that a coordinator gives again
	 * to take over what an earlier one has left.
	 */
	readonly search: string;
}

export const DEFAULT_PREFIX = "gen_dhparams";
export const DEFAULT_LOCK_MS = 10_000;

const PREFIX: Kind = {
	accepts: (value) =>
		typeof value === "string" && /^[A-Za-z]\w{0,39}$/.test(value),
	expected: 'a letter and up to 39 letters, digits or "_"',
};
const LOCK_MS: Kind = {
	accepts: (value) =>
		NUMBER.accepts(value) &&
		Number.isInteger(value) &&
		(value as number) >= 1000 &&
		(value as number) <= 600_000,
	expected: "a whole number of ms, 1000 … 600000",
};

const CONNECTION: KindsOf<ConnectionOptions> = {
	prefix: PREFIX,
	password: STRING,
	ca: TEXT,
	lockMs: LOCK_MS,
};

/** @throws {@link InvalidArgumentError} */
export function checkSourceOptions(options: unknown): ConnectionOptions {
	return checkOptions("an option of openUnitSource", options, CONNECTION);
}

/** @throws {@link InvalidArgumentError} */
export function checkQueueOptions(options: unknown): UnitQueueOptions {
	const checked = checkOptions<UnitQueueOptions>(
		"an option of openUnitQueue",
		options,
		{ ...CONNECTION, search: STRING },
	);
	checkArgument("search", checked.search, STRING);
	return checked;
}

import { InvalidArgumentError } from "../../errors.js";

/*
 * Optional peer dependencies: who searches on one machine installs none of them. Bundlers refuse imports of packages that are
 * not there, unless the name is a variable.
 */
const BULLMQ: string = "bullmq";
const IOREDIS: string = "ioredis";
const PG: string = "pg";

export type BullMq = typeof import("bullmq");

export interface RedisPeers {
	readonly bull: BullMq;
	readonly Redis: typeof import("ioredis").Redis;
}

/** @throws {@link InvalidArgumentError} where they are not installed */
export async function loadRedisPeers(): Promise<RedisPeers> {
	try {
		const [bull, { Redis }]: [BullMq, typeof import("ioredis")] =
			await Promise.all([import(BULLMQ), import(IOREDIS)]);
		return { bull, Redis };
	} catch (cause) {
		throw missing("bullmq ioredis", cause);
	}
}

/** @throws {@link InvalidArgumentError} where they are not installed */
export async function loadPostgresPeers(): Promise<{ bull: BullMq }> {
	try {
		// BullMQ loads pg itself; this shows whether it can.
		const [bull]: [BullMq, unknown] = await Promise.all([
			import(BULLMQ),
			import(PG),
		]);
		return { bull };
	} catch (cause) {
		throw missing("bullmq pg", cause);
	}
}

/** What else can be wrong with a package is not hidden behind the advice. */
function missing(packages: string, cause: unknown): unknown {
	const code = Object(cause).code;
	return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
		? new InvalidArgumentError(
				`A queue on a server needs packages that are not installed: npm install ${packages}`,
				{ cause },
			)
		: cause;
}
